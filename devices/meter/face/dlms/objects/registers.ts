import { number, type Data, numberIn } from '../../../../protocol/dlms/data.ts';
import type { Obis } from '../../../../protocol/dlms/obis.ts';
import type { ActionResult, DataAccessResult } from '../../../../protocol/dlms/result.ts';
import { at, clockUtcMs, isSet } from '../../../clock.ts';
import { FLAG } from '../../../columns.ts';
import { configuredDemandMinutes } from '../../../configuration.ts';
import { presentDemandWatts } from '../../../demand.ts';
import { BLOCK, blockPlace } from '../../../register-columns.ts';
import { deliveredWattHours, presentVolts, presentWatts } from '../energy.ts';
import { NO_TIME, stamp } from '../local-time.ts';
import { type CosemObject, fixed, live, method, object, data, ACCESS } from '../object.ts';
import type { Subject } from '../subject.ts';
import { amount, counter, scalerUnit, UNIT } from '../values.ts';

/** Registers (class 3), the maximum demand (4) and the demand register (5). */

export const ENERGY = '1.0.1.8.0.255';
export const MAXIMUM_DEMAND = '1.0.1.6.0.255';
const DEMAND = '1.0.1.4.0.255';
const RATES = [1, 2, 3, 4] as const;
const NOMINAL_HERTZ = 60;
const ST13 = 13;

/** Thousandths of ampere and power factor, tenths of volt, hundredths of hertz. */
const SCALER = { thousandth: -3, hundredth: -2, tenth: -1, one: 0 } as const;

function register(
  logicalName: Obis,
  scaler: number,
  unit: number,
  read: (subject: Subject) => Data,
): CosemObject {
  return object(3, 0, logicalName, [live(2, read), fixed(3, scalerUnit(scaler, unit))]);
}

function energy(logicalName: Obis, read: (subject: Subject) => number): CosemObject {
  return register(logicalName, SCALER.one, UNIT.wattHour, (subject) => counter(read(subject)));
}

function delivered({ meters, row, nowNs }: Subject): number {
  return deliveredWattHours(meters, row, nowNs);
}

/** There is one tariff: all energy is of its first rate, and what is received is none. */
const ENERGY_OBJECTS = [
  energy(ENERGY, delivered),
  ...RATES.map((rate) => energy(`1.0.1.8.${rate}.255`, rate === 1 ? delivered : () => 0)),
  energy('1.0.2.8.0.255', () => 0),
  ...RATES.map((rate) => energy(`1.0.2.8.${rate}.255`, () => 0)),
];

const NOW_OBJECTS = [
  register('1.0.1.7.0.255', SCALER.one, UNIT.watt, ({ meters, row }) =>
    counter(presentWatts(meters, row)),
  ),
  register('1.0.2.7.0.255', SCALER.one, UNIT.watt, () => counter(0)),
  register('1.0.21.7.0.255', SCALER.one, UNIT.watt, ({ meters, row }) =>
    counter(presentWatts(meters, row)),
  ),
  register('1.0.32.7.0.255', SCALER.tenth, UNIT.volt, ({ meters, row }) =>
    amount('long-unsigned', Math.round(presentVolts(meters, row) * 10)),
  ),
  register('1.0.31.7.0.255', SCALER.thousandth, UNIT.ampere, amperes),
  register('1.0.90.7.0.255', SCALER.thousandth, UNIT.ampere, amperes),
  register('1.0.13.7.0.255', SCALER.thousandth, UNIT.none, powerFactor),
  register('1.0.14.7.0.255', SCALER.hundredth, UNIT.hertz, ({ meters, row }) =>
    amount('long-unsigned', isSet(meters, row, FLAG.energised) ? NOMINAL_HERTZ * 100 : 0),
  ),
];

function amperes({ meters, row }: Subject): Data {
  return amount('double-long-unsigned', at(meters.currentMilliAmps, row));
}

/** Power over voltage and current; 1 where no current flows. */
function powerFactor({ meters, row }: Subject): Data {
  const voltAmperes = (presentVolts(meters, row) * at(meters.currentMilliAmps, row)) / 1000;
  const ratio = voltAmperes === 0 ? 1 : presentWatts(meters, row) / voltAmperes;
  return amount('long-unsigned', Math.round(Math.min(1, ratio) * 1000));
}

const DEMAND_OBJECTS = [
  object(
    4,
    0,
    MAXIMUM_DEMAND,
    [
      live(2, ({ meters, row }) => counter(maximumWatts({ meters, row }))),
      fixed(3, scalerUnit(SCALER.one, UNIT.watt)),
      fixed(4, number('unsigned', 0)),
      live(5, maximumAt),
    ],
    [method(1, (subject) => resetDemand(subject))],
  ),
  object(5, 0, DEMAND, [
    live(2, ({ meters, row, nowNs }) => counter(presentDemandWatts(meters, row, nowNs))),
    live(3, ({ meters, row }) => counter(lastDemandWatts({ meters, row }))),
    fixed(4, scalerUnit(SCALER.one, UNIT.watt)),
    fixed(5, number('unsigned', 0)),
    live(6, demandEndedAt),
    live(7, demandStartedAt),
    live(
      8,
      ({ meters, row }) => counter(configuredDemandMinutes(meters, row) * 60),
      ACCESS.settable,
      setDemandPeriod,
    ),
    fixed(9, number('long-unsigned', 1)),
  ]),
  /** Demand resets: billing periods that ended. */
  data('1.0.0.1.0.255', ({ meters, row }) => {
    const group = meters.registers;
    const resets = group === null ? 0 : at(group.blocks.demandResets, presentBlock(row));
    return amount('unsigned', resets);
  }),
  /** Of the test LED, per Wh: the reciprocal of Kh, in thousandths. */
  register('1.0.0.3.0.255', SCALER.thousandth, UNIT.perWattHour, ({ meters }) =>
    amount('double-long-unsigned', Math.round(1000 / meters.profile.khWattHours)),
  ),
];

export const REGISTER_OBJECTS: readonly CosemObject[] = [
  ...ENERGY_OBJECTS,
  ...NOW_OBJECTS,
  ...DEMAND_OBJECTS,
];

function presentBlock(row: number): number {
  return blockPlace(row, BLOCK.present);
}

function maximumWatts({ meters, row }: Pick<Subject, 'meters' | 'row'>): number {
  const group = meters.registers;
  return group === null ? 0 : at(group.blocks.maximumWatts, presentBlock(row));
}

function maximumAt({ meters, row }: Subject): Data {
  const group = meters.registers;
  const minutes = group === null ? 0 : at(group.blocks.maximumAtMinutes, presentBlock(row));
  return minutes === 0 ? NO_TIME : stamp(meters, row, minutes * 60_000);
}

function lastDemandWatts({ meters, row }: Pick<Subject, 'meters' | 'row'>): number {
  return meters.registers === null ? 0 : at(meters.registers.previousWatts, row);
}

/** The interval before the one that runs ended where that one began. */
function demandEndedAt(subject: Subject): Data {
  return demandStartedAt(subject);
}

function demandStartedAt({ meters, row }: Subject): Data {
  const group = meters.registers;
  if (group === null || at(group.openEndMinutes, row) === 0) return NO_TIME;
  return stamp(meters, row, clockUtcMs(meters, row, at(group.openStartNs, row)));
}

/** The demand reset of C12.19: the present block is closed first. */
function resetDemand({ operate }: Subject): ActionResult {
  operate({ kind: 'remote-reset', demandReset: true, selfRead: false, season: null });
  return 'success';
}

/** Whole minutes, as ST13 holds them. */
function setDemandPeriod({ meters, operate }: Subject, value: Data): DataAccessResult {
  if (value.type !== 'double-long-unsigned') return 'type-unmatched';
  const minutes = (numberIn(value) ?? 0) / 60;
  if (meters.configuration === null) return 'object-unavailable';
  if (!Number.isInteger(minutes) || !meters.rules.demandLengthAccepted(minutes)) {
    return 'other-reason';
  }
  const bytes = Uint8Array.of(minutes & 0xff, minutes >> 8);
  operate({ kind: 'write-table', table: ST13, bytes });
  return 'success';
}
