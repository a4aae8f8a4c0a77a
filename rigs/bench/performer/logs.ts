import { NS_PER_MINUTE } from '../../../devices/domain/time.ts';
import type { OpticalSession } from '../../port/instrument.ts';
import type { LoadProfileInterval, LoggedEvent } from '../../port/observation.ts';
import { need, observationOf, type Performer } from '../parts.ts';
import {
  historyLogOf,
  intervalsOf,
  loadProfileShapeOf,
  summationMilliWattHours,
} from '../../optical/table-meaning.ts';

const HISTORY_LOG = 74;
const LOAD_PROFILE_TABLES = { dimensions: 61, control: 62, status: 63, blocks: 64 } as const;
const CURRENT_REGISTERS = 23;

export const readEventLog: Performer<'read-event-log'> = {
  needs: ['optical'],
  async perform(action, parts, context) {
    const session = await need(parts, 'optical', 'read-event-log').open();
    try {
      const reading = await session.readTable(HISTORY_LOG);
      const log = historyLogOf(reading.value);
      const known = parts.memory.lastEventNumber;
      const events: readonly LoggedEvent[] = log.entries.filter((event) => event.number > known);
      parts.memory.lastEventNumber = log.lastNumber;
      context.observe(tableSeen(parts, HISTORY_LOG, reading.bytes));
      context.observe(
        observationOf(parts, 'optical-port', {
          kind: 'event-log',
          name: action.as,
          events,
          lastNumber: log.lastNumber,
        }),
      );
    } finally {
      await session.close();
    }
  },
};

export const readLoadProfile: Performer<'read-load-profile'> = {
  needs: ['optical'],
  async perform(action, parts, context) {
    const session = await need(parts, 'optical', 'read-load-profile').open();
    try {
      const { intervals, lastInterval, intervalMinutes } = await newIntervals(
        session,
        parts.memory,
        parts.profile.khWattHours,
      );
      const registers = await session.readTable(CURRENT_REGISTERS);
      parts.memory.lastIntervalNumber = lastInterval;
      context.observe(
        observationOf(parts, 'optical-port', {
          kind: 'load-profile',
          name: action.as,
          intervalNs: intervalMinutes * NS_PER_MINUTE,
          intervals,
          registerMilliWattHours: summationMilliWattHours(registers.value),
        }),
      );
    } finally {
      await session.close();
    }
  },
};

async function newIntervals(
  session: OpticalSession,
  memory: { readonly lastIntervalNumber: number },
  khWattHours: number,
): Promise<{
  readonly intervals: readonly LoadProfileInterval[];
  readonly lastInterval: number;
  readonly intervalMinutes: number;
}> {
  const shape = loadProfileShapeOf((await session.readTable(LOAD_PROFILE_TABLES.dimensions)).value);
  await session.readTable(LOAD_PROFILE_TABLES.control);
  const status = (await session.readTable(LOAD_PROFILE_TABLES.status)).value;
  const blocks = (await session.readTable(LOAD_PROFILE_TABLES.blocks)).value;
  const all = intervalsOf(shape, status, blocks, khWattHours);
  return {
    intervals: all.intervals
      .filter((interval) => interval.number > memory.lastIntervalNumber)
      .map(({ number: _number, ...interval }) => interval),
    lastInterval: all.lastNumber,
    intervalMinutes: shape.intervalMinutes,
  };
}

function tableSeen(
  parts: Parameters<typeof observationOf>[0],
  table: number,
  bytes: Uint8Array,
): ReturnType<typeof observationOf> {
  const bytesHex = Buffer.from(bytes).toString('hex');
  return observationOf(parts, 'optical-port', { kind: 'table', table, bytesHex });
}
