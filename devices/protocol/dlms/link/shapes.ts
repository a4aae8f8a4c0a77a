/** The values that several messages of the profile have, as Data. */
import type { MeterIdentity } from '../../../domain/identity.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { MOST_INTERVALS } from '../../centron-gprs/interval-block.ts';
import type { IntervalBlock } from '../../centron-gprs/messages.ts';
import { dateTimeAt, decodeDateTime, encodeDateTime, utcMsOf } from '../date-time.ts';
import type { Data } from '../data.ts';
import {
  long64,
  listOf,
  octets,
  optional,
  record,
  type Shape,
  text,
  unsigned32,
  unsigned8,
} from './shape.ts';

const MS_PER_MINUTE = 60_000;
const SECONDS_PER_MINUTE = 60;
/** Deviation of the module's clock, which shows UTC. */
const UTC_MINUTES = 0;

export const identity = record<MeterIdentity>({
  serial: text,
  barcode: text,
  iccId: text,
  msisdn: text,
  moduleVersion: text,
  metrologyVersion: text,
});

/** UTC minutes as a COSEM date-time. */
const minutes: Shape<number> = {
  write: (name, value) =>
    octets.write(name, encodeDateTime(dateTimeAt(value * MS_PER_MINUTE, UTC_MINUTES))),
  read(name, data) {
    const atMs = utcMsOf(decodeDateTime(octets.read(name, data)));
    if (atMs === null || atMs % MS_PER_MINUTE !== 0) {
      throw new CodecError(`${name}: whole minutes of UTC wanted`);
    }
    return atMs / MS_PER_MINUTE;
  },
};

/** One entry of load profile 2, the newest first: clock, status, pulses, register. */
interface Row {
  readonly endMinutes: number | null;
  readonly status: number;
  readonly pulses: number;
  readonly registerPulses: number | null;
}

const rows = listOf(
  record<Row>({
    endMinutes: optional(minutes),
    status: unsigned8,
    pulses: unsigned32,
    registerPulses: optional(long64),
  }),
  MOST_INTERVALS,
);

/**
 * The buffer of load profile 2. Only the newest entry has a clock and a register: of the others the
 * clock follows from the capture period, which is what a null stands for.
 * @throws CodecError when there is no interval, or a value does not fit
 */
export function bufferOf({ endMinutes, pulses, status, registerPulses }: IntervalBlock): Data {
  if (pulses.length === 0) throw new CodecError('buffer: at least one interval wanted');
  const newestFirst = pulses.map((one, place) => ({ pulses: one, status: status[place] ?? 0 }));
  return rows.write(
    'buffer',
    newestFirst.toReversed().map((row, age) => ({
      ...row,
      endMinutes: age === 0 ? endMinutes : null,
      registerPulses: age === 0 ? registerPulses : null,
    })),
  );
}

/** @throws CodecError when there is no newest entry with its clock */
export function blockOf(buffer: Data, capturePeriod: Data): IntervalBlock {
  const read = rows.read('buffer', buffer);
  const newest = read[0];
  if (newest === undefined || newest.endMinutes === null || newest.registerPulses === null) {
    throw new CodecError('buffer: a newest entry with clock and register wanted');
  }
  const oldestFirst = read.toReversed();
  return {
    endMinutes: newest.endMinutes,
    intervalMinutes: periodMinutes.read('capture period', capturePeriod),
    pulses: oldestFirst.map((row) => row.pulses),
    status: oldestFirst.map((row) => row.status),
    registerPulses: newest.registerPulses,
  };
}

/** A capture period: seconds on the wire, whole minutes in the profile. */
export const periodMinutes: Shape<number> = {
  write: (name, value) => unsigned32.write(name, value * SECONDS_PER_MINUTE),
  read(name, data) {
    const seconds = unsigned32.read(name, data);
    if (seconds % SECONDS_PER_MINUTE !== 0) {
      throw new CodecError(`${name}: whole minutes wanted, ${seconds} s found`);
    }
    return seconds / SECONDS_PER_MINUTE;
  },
};
