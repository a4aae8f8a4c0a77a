import { at, clockUtcSeconds } from './clock.ts';
import type { Meters } from './columns.ts';
import { EVENT } from './events.ts';
import { clearLoadProfile, clearLog, logEvent } from './logs.ts';
import { SELF_READS } from './register-columns.ts';

/**
 * The lists of C12.19 and their pointers (procedures 4 and 5). History log and event log are two
 * views of one memory: each has its own count of unread entries, and both are emptied at once.
 */
export type ListName = 'history-log' | 'event-log' | 'self-reads' | 'load-profile';

export interface ListState {
  readonly capacity: number;
  /** Entries ever written; the newest stands at (written - 1) % capacity. */
  readonly written: number;
  readonly valid: number;
  readonly unread: number;
}

interface ListColumns {
  readonly capacity: number;
  readonly written: Uint32Array;
  readonly acknowledged: Uint32Array;
}

const EMPTY: ListState = { capacity: 0, written: 0, valid: 0, unread: 0 };

export function listState(meters: Meters, row: number, list: ListName): ListState {
  const columns = columnsOf(meters, list);
  if (columns === null) return EMPTY;
  const { capacity } = columns;
  const written = at(columns.written, row);
  const valid = Math.min(written, capacity);
  return {
    capacity,
    written,
    valid,
    unread: Math.min(valid, written - at(columns.acknowledged, row)),
  };
}

/** Procedure 5: so many of the unread entries, oldest first, were read. At most all of them. */
export function onAcknowledgeList(
  meters: Meters,
  row: number,
  list: ListName,
  entries: number,
): void {
  const columns = columnsOf(meters, list);
  if (columns === null) return;
  const { written, unread } = listState(meters, row, list);
  columns.acknowledged[row] = written - unread + Math.min(entries, unread);
}

/** Procedure 4: lists as if nothing had ever been written to them. The log says so in its first entry. */
export function onResetLists(
  meters: Meters,
  row: number,
  nowNs: number,
  lists: readonly ListName[],
): void {
  const ofLog = lists.includes('history-log') || lists.includes('event-log');
  const stamp = clockUtcSeconds(meters, row, nowNs);
  if (ofLog) {
    clearLog(meters, row);
    logEvent(meters, row, EVENT.historyLogCleared, stamp);
  }
  if (lists.includes('self-reads') && meters.registers !== null) {
    meters.registers.selfReads[row] = 0;
    meters.registers.selfReadsAcknowledged[row] = 0;
  }
  if (lists.includes('load-profile')) clearLoadProfile(meters, row, nowNs);
  const others = lists.includes('self-reads') || lists.includes('load-profile');
  if (others) logEvent(meters, row, EVENT.listPointersReset, stamp);
}

function columnsOf(meters: Meters, list: ListName): ListColumns | null {
  const { eventLog, loadProfile, registers } = meters;
  switch (list) {
    case 'history-log':
      return eventLog && { ...eventLog, acknowledged: eventLog.historyAcknowledged };
    case 'event-log':
      return eventLog && { ...eventLog, acknowledged: eventLog.eventsAcknowledged };
    case 'load-profile':
      return loadProfile;
    case 'self-reads':
      return (
        registers && {
          capacity: SELF_READS,
          written: registers.selfReads,
          acknowledged: registers.selfReadsAcknowledged,
        }
      );
  }
}
