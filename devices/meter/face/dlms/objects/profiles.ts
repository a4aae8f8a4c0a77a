import { type Data, number } from '../../../../protocol/dlms/data.ts';
import type { Obis } from '../../../../protocol/dlms/obis.ts';
import type { ActionResult, DataAccessResult } from '../../../../protocol/dlms/result.ts';
import { at } from '../../../clock.ts';
import { listState } from '../../../lists.ts';
import { INTERVAL_STATUS, intervalMinutesOf } from '../../../logs.ts';
import { BLOCK, blockPlace, SELF_READS } from '../../../register-columns.ts';
import { wattHours } from '../../tables/registers.ts';
import { NO_TIME, stamp } from '../local-time.ts';
import { type CosemObject, data, fixed, live, object } from '../object.ts';
import { CLOCK_COLUMN, profileGeneric, type Rows } from '../profile-generic.ts';
import { type Interval, intervalRows } from '../intervals.ts';
import type { Subject } from '../subject.ts';
import { counter, scalerUnit, UNIT } from '../values.ts';
import { ENERGY, MAXIMUM_DEMAND } from './registers.ts';

/** Load profiles and billing values (class 7), over what tables 26 and 64 show. */

const STATUS_1 = '0.0.96.10.1.255';
const STATUS_2 = '0.0.96.10.2.255';
/** Energy of the interval that is complete (Blue Book 7.3.4, value group D 29). */
const INTERVAL_ENERGY = '1.0.1.29.0.255';
const SECONDS_A_MINUTE = 60;

/** Bits of a profile status as meters of the Dutch and German profiles have them. */
const PROFILE_STATUS = { notValid: 0x04, clockAdjusted: 0x20, powerDown: 0x80 } as const;

/** The status of ST64 in those bits. */
function profileStatus(extended: number): number {
  const { clockForward, clockBack, powerFail, test, skipped } = INTERVAL_STATUS;
  const code = extended & 0x0f;
  return (
    ((extended & (clockForward | clockBack)) === 0 ? 0 : PROFILE_STATUS.clockAdjusted) |
    ((extended & powerFail) === 0 ? 0 : PROFILE_STATUS.powerDown) |
    (code === test || code === skipped ? PROFILE_STATUS.notValid : 0)
  );
}

/** In tenths of Wh, which is whole for every Kh that ST2 can tell. */
function intervalEnergy({ meters }: Subject, pulses: number): Data {
  return counter(Math.round(pulses * meters.profile.khWattHours * 10));
}

function register({ meters }: Subject, pulses: number): Data {
  return counter(wattHours(pulses, meters.profile.khWattHours));
}

function rowsOf(subject: Subject, columns: (interval: Interval) => readonly Data[]): Rows {
  const { meters, row } = subject;
  const { count, intervalAt } = intervalRows(subject);
  return {
    count,
    utcMsOf: (index) => intervalAt(index).endMinutes * 60_000,
    columnsOf: (index) => {
      const interval = intervalAt(index);
      return [stamp(meters, row, interval.endMinutes * 60_000), ...columns(interval)];
    },
  };
}

const loadProfile = {
  capacity: ({ meters }: Subject) => meters.profile.loadProfile.capacity,
  periodSeconds: ({ meters, row }: Subject) => intervalMinutesOf(meters, row) * SECONDS_A_MINUTE,
  setPeriod,
  reset: ({ operate }: Subject): ActionResult => {
    operate({ kind: 'reset-lists', lists: ['load-profile'] });
    return 'success';
  },
};

/** What a head-end reads by time: the register at each end of an interval, oldest first. */
const LOAD_PROFILE_1 = profileGeneric({
  ...loadProfile,
  logicalName: '1.0.99.1.0.255',
  order: 'fifo',
  columns: [CLOCK_COLUMN, column(1, STATUS_1), column(3, ENERGY)],
  rows: (subject) =>
    rowsOf(subject, ({ status, endPulses }) => [
      number('unsigned', profileStatus(status)),
      register(subject, endPulses),
    ]),
});

/** What the module reads by number: intervals newest first, with the status of ST64. */
const LOAD_PROFILE_2 = profileGeneric({
  ...loadProfile,
  logicalName: '1.0.99.2.0.255',
  order: 'lifo',
  columns: [CLOCK_COLUMN, column(1, STATUS_2), column(3, INTERVAL_ENERGY), column(3, ENERGY)],
  rows: (subject) =>
    rowsOf(subject, ({ status, pulses, endPulses }) => [
      number('unsigned', status),
      intervalEnergy(subject, pulses),
      register(subject, endPulses),
    ]),
});

/** Self reads of ST26, oldest first; capture makes one. */
const BILLING = profileGeneric({
  logicalName: '0.0.98.1.0.255',
  order: 'fifo',
  columns: [
    CLOCK_COLUMN,
    column(3, ENERGY),
    column(4, MAXIMUM_DEMAND),
    { ...column(4, MAXIMUM_DEMAND), attribute: 5 },
  ],
  rows: selfReadRows,
  capacity: () => SELF_READS,
  periodSeconds: () => 0,
  reset: ({ operate }) => {
    operate({ kind: 'reset-lists', lists: ['self-reads'] });
    return 'success';
  },
  capture: ({ operate }) => {
    operate({ kind: 'remote-reset', demandReset: false, selfRead: true, season: null });
    return 'success';
  },
});

export const PROFILE_OBJECTS: readonly CosemObject[] = [
  LOAD_PROFILE_1,
  LOAD_PROFILE_2,
  BILLING,
  data(STATUS_1, (subject) => number('unsigned', profileStatus(openStatus(subject)))),
  data(STATUS_2, (subject) => number('unsigned', openStatus(subject))),
  object(3, 0, INTERVAL_ENERGY, [
    live(2, (subject) => {
      const { count, intervalAt } = intervalRows(subject);
      return intervalEnergy(subject, count === 0 ? 0 : intervalAt(count - 1).pulses);
    }),
    fixed(3, scalerUnit(-1, UNIT.wattHour)),
  ]),
];

function column(classId: number, logicalName: Obis) {
  return { classId, logicalName, attribute: 2 };
}

/** Of the interval that runs. */
function openStatus({ meters, row }: Subject): number {
  return meters.loadProfile === null ? 0 : at(meters.loadProfile.openStatus, row);
}

/** The module refuses a length that does not fill an hour, and so does the object. */
function setPeriod({ meters, give }: Subject, seconds: number): DataAccessResult {
  const minutes = seconds / SECONDS_A_MINUTE;
  if (meters.module === null) return 'object-unavailable';
  if (!Number.isInteger(minutes) || !meters.rules.intervalAccepted(minutes)) return 'other-reason';
  give({ kind: 'configure-intervals', intervalMinutes: minutes });
  return 'success';
}

function selfReadRows(subject: Subject): Rows {
  const { meters, row } = subject;
  const { registers: group } = meters;
  const { written, valid } = listState(meters, row, 'self-reads');
  const placeOf = (index: number): number =>
    blockPlace(row, BLOCK.firstSelfRead + ((written - valid + index) % SELF_READS));
  const utcMsOf = (index: number): number =>
    group === null ? 0 : at(group.blocks.endSeconds, placeOf(index)) * 1000;
  return {
    count: group === null ? 0 : valid,
    utcMsOf,
    columnsOf: (index) => {
      if (group === null) return [];
      const place = placeOf(index);
      const maximumAtMs = at(group.blocks.maximumAtMinutes, place) * 60_000;
      return [
        stamp(meters, row, utcMsOf(index)),
        register(subject, at(group.blocks.pulses, place)),
        counter(at(group.blocks.maximumWatts, place)),
        maximumAtMs === 0 ? NO_TIME : stamp(meters, row, maximumAtMs),
      ];
    },
  };
}
