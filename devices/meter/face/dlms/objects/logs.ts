import { number } from '../../../../protocol/dlms/data.ts';
import type { Obis } from '../../../../protocol/dlms/obis.ts';
import { at } from '../../../clock.ts';
import { EVENT_LOG_CAPACITY } from '../../../columns.ts';
import { cosemOf, LONG_FAILURE } from '../../../cosem.ts';
import { type CosemLog, EVENTS_KEPT, FAILURES_KEPT } from '../../../cosem-columns.ts';
import { listState } from '../../../lists.ts';
import { eventCodeOf } from '../event-codes.ts';
import { stamp } from '../local-time.ts';
import { type CosemObject, data, fixed, keptData, live, object } from '../object.ts';
import { CLOCK_COLUMN, profileGeneric, type Rows } from '../profile-generic.ts';
import type { Subject } from '../subject.ts';
import { amount, scalerUnit, UNIT } from '../values.ts';

/** Event logs and power failures: what ST76 shows, in the words of the Dutch profile, and its own. */

/** Value group E of 0.0.99.98.e.255 and of its event code 0.0.96.11.e.255. */
const LOGS: Readonly<Record<CosemLog, number>> = {
  standard: 0,
  fraud: 1,
  communication: 4,
  'power-quality': 5,
};
const LOG_NAMES = Object.keys(LOGS) as readonly CosemLog[];
const FAILURE_DURATION: Obis = '0.0.96.7.19.255';

interface Entry {
  readonly stampSeconds: number;
  readonly code: number;
}

export const LOG_OBJECTS: readonly CosemObject[] = [
  ...LOG_NAMES.flatMap((log) => [eventLog(log), eventCode(log)]),
  profileGeneric({
    logicalName: '1.0.99.97.0.255',
    order: 'fifo',
    columns: [CLOCK_COLUMN, { classId: 3, logicalName: FAILURE_DURATION, attribute: 2 }],
    rows: powerFailureRows,
    capacity: () => FAILURES_KEPT,
    periodSeconds: () => 0,
    reset: () => 'read-write-denied',
  }),
  data('0.0.96.7.21.255', ({ meters, row }) =>
    amount('long-unsigned', at(cosemOf(meters).powerFailures, row)),
  ),
  data('0.0.96.7.9.255', ({ meters, row }) =>
    amount('long-unsigned', at(cosemOf(meters).longPowerFailures, row)),
  ),
  object(3, 0, FAILURE_DURATION, [
    live(2, ({ meters, row }) => {
      const newest = cosemOf(meters).failures.get(row)?.at(-1);
      return amount('double-long-unsigned', newest?.durationSeconds ?? 0);
    }),
    fixed(3, scalerUnit(0, UNIT.second)),
  ]),
  keptData(LONG_FAILURE.logicalName, number('long-unsigned', LONG_FAILURE.initialSeconds)),
];

function nameOf(log: CosemLog): Obis {
  return `0.0.99.98.${LOGS[log]}.255`;
}

function codeNameOf(log: CosemLog): Obis {
  return `0.0.96.11.${LOGS[log]}.255`;
}

function eventLog(log: CosemLog): CosemObject {
  return profileGeneric({
    logicalName: nameOf(log),
    order: 'fifo',
    columns: [CLOCK_COLUMN, { classId: 1, logicalName: codeNameOf(log), attribute: 2 }],
    rows: (subject) => {
      const entries = entriesOf(subject, log);
      return {
        count: entries.length,
        utcMsOf: (index) => (entries[index]?.stampSeconds ?? 0) * 1000,
        columnsOf: (index) => {
          const { stampSeconds = 0, code = 0 } = entries[index] ?? {};
          const { meters, row } = subject;
          return [stamp(meters, row, stampSeconds * 1000), number('unsigned', code & 0xff)];
        },
      };
    },
    capacity: () => (log === 'standard' ? EVENT_LOG_CAPACITY + EVENTS_KEPT : EVENTS_KEPT),
    periodSeconds: () => 0,
    reset: ({ operate }) => {
      if (log === 'standard') operate({ kind: 'reset-lists', lists: ['history-log'] });
      operate({ kind: 'reset-event-log', log });
      return 'success';
    },
  });
}

/** The code of the newest event. */
function eventCode(log: CosemLog): CosemObject {
  return data(codeNameOf(log), (subject) =>
    number('unsigned', (entriesOf(subject, log).at(-1)?.code ?? 0) & 0xff),
  );
}

/** Oldest first; events of C12.19 stand in the standard log among those that only DLMS has. */
function entriesOf(subject: Subject, log: CosemLog): readonly Entry[] {
  const { meters, row } = subject;
  const own = (cosemOf(meters).events.get(row) ?? []).filter((event) => event.log === log);
  if (log !== 'standard') return own;
  return [...historyOf(subject), ...own].toSorted(
    (one, other) => one.stampSeconds - other.stampSeconds,
  );
}

function historyOf({ meters, row }: Subject): readonly Entry[] {
  const { eventLog: log } = meters;
  if (log === null) return [];
  const { written, valid } = listState(meters, row, 'history-log');
  return Array.from({ length: valid }, (_, index) => {
    const place = row * log.capacity + ((written - valid + index) % log.capacity);
    return { stampSeconds: at(log.stampSeconds, place), code: eventCodeOf(at(log.code, place)) };
  });
}

function powerFailureRows({ meters, row }: Subject): Rows {
  const failures = cosemOf(meters).failures.get(row) ?? [];
  return {
    count: failures.length,
    utcMsOf: (index) => (failures[index]?.endSeconds ?? 0) * 1000,
    columnsOf: (index) => {
      const { endSeconds = 0, durationSeconds = 0 } = failures[index] ?? {};
      return [
        stamp(meters, row, endSeconds * 1000),
        amount('double-long-unsigned', durationSeconds),
      ];
    },
  };
}
