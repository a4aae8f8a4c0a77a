import type { EventFilter } from '../domain/northbound.ts';
import { NS_PER_MS } from '../domain/time.ts';
import { clockUtcMs } from './clock.ts';
import type { Meters } from './columns.ts';
import { type MeterSink, REFUSAL } from './input.ts';
import { canSpeak, knowsHeadEnd } from './module.ts';
import { nextConfiguration } from './settings.ts';

/**
 * Events that the module tells by itself: those for which the head-end has set a filter, after so
 * many within so long. A new meter has no filters (REG-12). What falls due without power is owed,
 * and told when the module can speak again. EV-01 to EV-06
 */

/** Kept beside the columns: few meters have filters, and few of those owe anything. */
export interface EventAlarmGroup {
  /** Of each row that was told any, by event code. */
  readonly filters: Map<number, Map<number, Counting>>;
  /** Codes that were logged since the model was last at rest; a step is about one row. */
  readonly pending: number[];
  /** What could not be told yet, of each row that owes something, oldest first. */
  readonly owed: Map<number, Owed[]>;
}

interface Counting {
  readonly filter: EventFilter;
  /** Of the events that count, oldest first. */
  atNs: number[];
}

interface Owed {
  readonly eventCode: number;
  readonly occurredAtMs: number;
}

/** A module owes so many at most; the oldest are forgotten first. */
const MOST_OWED = 64;
/** TABLE_IDB's event field has eleven bits, and one that says manufacturer (C12.19 decade 7). */
const HIGHEST_CODE = 0x0fff;

export function createEventAlarms(): EventAlarmGroup {
  return { filters: new Map(), pending: [], owed: new Map() };
}

/** Notes an event of a row that has filters; whether it is told is decided at the end of the step. */
export function countEvent({ eventAlarms }: Meters, row: number, eventCode: number): void {
  if (eventAlarms.filters.has(row)) eventAlarms.pending.push(eventCode);
}

/** Sets the filter of each event of a range; what was counted under an earlier one is forgotten. */
export function onConfigureEventAlarms(
  meters: Meters,
  row: number,
  { firstCode, lastCode, atLeast, withinMs, resetsCounter }: EventFilter,
  out: MeterSink,
): void {
  const number = nextConfiguration(meters, row);
  if (firstCode > lastCode || lastCode > HIGHEST_CODE) {
    return out.say(row, 'configuration-refused', number, REFUSAL.noSuchEvent);
  }
  const { filters } = meters.eventAlarms;
  const own = filters.get(row) ?? new Map<number, Counting>();
  const filter = { firstCode, lastCode, atLeast, withinMs, resetsCounter };
  for (let code = firstCode; code <= lastCode; code++) {
    if (atLeast === 0) own.delete(code);
    else own.set(code, { filter, atNs: [] });
  }
  if (own.size === 0) filters.delete(row);
  else filters.set(row, own);
  out.say(row, 'configuration-accepted', number, 0);
}

/** Tells what has happened since the model was last at rest, and what is owed. */
export function tellEvents(meters: Meters, row: number, nowNs: number, out: MeterSink): void {
  const { pending, owed } = meters.eventAlarms;
  if (pending.length === 0 && !owed.has(row)) return;
  const due: Owed[] = owed.get(row) ?? [];
  owed.delete(row);
  for (const eventCode of pending) {
    if (!alerts(meters, row, nowNs, eventCode)) continue;
    due.push({ eventCode, occurredAtMs: clockUtcMs(meters, row, nowNs) });
  }
  pending.length = 0;
  if (due.length === 0) return;
  if (!canSpeak(meters, row) || !knowsHeadEnd(meters, row)) {
    if (meters.rules.owedEventTold()) owed.set(row, due.slice(-MOST_OWED));
    return;
  }
  for (const { eventCode, occurredAtMs } of due) {
    out.say(row, 'event-alarm', eventCode, occurredAtMs);
  }
}

/** Counts an event under its filter. @returns whether that makes an alarm */
function alerts(meters: Meters, row: number, nowNs: number, eventCode: number): boolean {
  const { rules, eventAlarms } = meters;
  const counting = eventAlarms.filters.get(row)?.get(rules.countedAs(eventCode));
  if (counting === undefined || !rules.eventTold(eventCode)) return false;
  const { atLeast, withinMs, resetsCounter } = counting.filter;
  counting.atNs = counting.atNs.filter((atNs) =>
    rules.eventStillCounts((nowNs - atNs) / NS_PER_MS, withinMs),
  );
  counting.atNs.push(nowNs);
  if (!rules.eventAlerts(counting.atNs.length, atLeast)) return false;
  if (rules.counterReset(resetsCounter)) counting.atNs = [];
  return true;
}
