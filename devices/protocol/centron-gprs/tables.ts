/**
 * The project's own tables, in one place: their numbers and what stands in them. They are
 * stand-ins for SmartSynch messages without public bytes. Bytes: docs/profile-messages.md.
 */
import type { MeterIdentity } from '../../domain/identity.ts';
import type { MeterSettings, TransactionKind } from '../../domain/northbound.ts';
import { CodecError } from '../bytes/codec-error.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { flag, record, signed, text, unsigned, unsigned32OrUnset, within } from './fields.ts';
import type { Field } from './fields.ts';
import { intervalBlock } from './interval-block.ts';
import { PARAMETER_KEYS } from './messages.ts';
import type { ParameterKey, Transaction, TransactionAnswer, Uplink } from './messages.ts';

type UplinkOf<K extends Uplink['kind']> = Extract<Uplink, { readonly kind: K }>;
type TransactionOf<K extends Transaction['kind']> = Extract<Transaction, { readonly kind: K }>;
type AnswerOf<O extends TransactionAnswer['outcome']> = Extract<
  TransactionAnswer,
  { readonly outcome: O }
>;

/** What of an uplink stands in its table: the title of a registration is in the Register service. */
export type UplinkBody<K extends Uplink['kind']> = Omit<UplinkOf<K>, 'kind' | 'apTitle'>;
export type TransactionBody<K extends Transaction['kind']> = Omit<TransactionOf<K>, 'kind'>;
/** What stands in the table that answers a read. */
export type AnswerBody<O extends TransactionAnswer['outcome']> = Omit<AnswerOf<O>, 'outcome'>;

/** Manufacturer table n has the wire id 0x0800 + n (C12.19 TABLE_IDA). */
const MANUFACTURER = 0x0800;

/** Tables that the module writes at the host, one for each uplink. */
export const UPLINK_TABLES = {
  'auto-configuration': MANUFACTURER + 64,
  registration: MANUFACTURER + 65,
  'registration-confirmed': MANUFACTURER + 66,
  heartbeat: MANUFACTURER + 67,
  'clock-reference-request': MANUFACTURER + 68,
  'clock-deviation': MANUFACTURER + 70,
  'last-gasp': MANUFACTURER + 71,
  restoration: MANUFACTURER + 72,
  'interval-report': MANUFACTURER + 73,
  'event-alarm': MANUFACTURER + 75,
} as const satisfies Readonly<Record<Uplink['kind'], number>>;

/** Stands for any of them, with its data compressed. */
export const COMPRESSED_TABLE = MANUFACTURER + 74;

/** The host's clock, which the module reads. */
export const CLOCK_REFERENCE_TABLE = MANUFACTURER + 69;

/** Tables that the head-end writes or reads at the module, one for each transaction. */
export const TRANSACTION_TABLES = {
  'get-version': MANUFACTURER + 80,
  'write-parameter': MANUFACTURER + 81,
  'read-parameters': MANUFACTURER + 82,
  'configure-clock-sync': MANUFACTURER + 83,
  'configure-outage-alarms': MANUFACTURER + 84,
  'configure-intervals': MANUFACTURER + 85,
  'configure-push': MANUFACTURER + 86,
  'read-settings': MANUFACTURER + 87,
  'read-intervals': MANUFACTURER + 88,
  'read-coverage': MANUFACTURER + 89,
  'configure-event-alarms': MANUFACTURER + 90,
} as const satisfies Readonly<Record<TransactionKind, number>>;

const unsigned16 = unsigned(2);
const unsigned32 = unsigned(4);
/** UTC milliseconds. */
const instant = unsigned(6);

const identity = record<MeterIdentity>({
  serial: text,
  barcode: text,
  iccId: text,
  msisdn: text,
  moduleVersion: text,
  metrologyVersion: text,
});

const NS_PER_S = 1_000_000_000;

/** Whole seconds (signed, rounded down) and the rest: six bytes of ns would end after 39 hours. */
const nanoseconds: Field<number> = {
  write(writer, name, value) {
    if (!Number.isSafeInteger(value)) throw new CodecError(`${name}: ${value} is no exact integer`);
    const seconds = Math.floor(value / NS_PER_S);
    writer.signed(name, seconds, 4, 'little-endian');
    writer.unsigned(name, value - seconds * NS_PER_S, 4, 'little-endian');
  },
  read(reader, name) {
    const seconds = reader.signed(name, 4, 'little-endian');
    const rest = reader.unsigned(name, 4, 'little-endian');
    const value = seconds * NS_PER_S + rest;
    if (rest >= NS_PER_S || !Number.isSafeInteger(value)) {
      throw new CodecError(`${name}: ${seconds} s and ${rest} ns are no exact integer of ns`);
    }
    return value;
  },
};

/** The data of each uplink's table. */
export const UPLINK_LAYOUTS: { readonly [K in Uplink['kind']]: Field<UplinkBody<K>> } = {
  'auto-configuration': record({ identity }),
  registration: record({ registrationNumber: unsigned32, identity }),
  'registration-confirmed': record({ registrationNumber: unsigned32 }),
  heartbeat: record({ sequenceNumber: unsigned32 }),
  'clock-reference-request': record({ sequenceNumber: unsigned32 }),
  'clock-deviation': record({ deviationNs: nanoseconds }),
  'last-gasp': record({ outageNumber: unsigned32, lostAtMs: instant }),
  restoration: record({ outageNumber: unsigned32, lostAtMs: instant, restoredAtMs: instant }),
  'interval-report': record({ block: intervalBlock }),
  'event-alarm': record({ eventCode: unsigned16, occurredAtMs: instant }),
};

/** What the host's clock table holds. */
export const CLOCK_REFERENCE_LAYOUT = record({
  utcMs: instant,
  belowMsNs: within(unsigned32, 0, 999_999),
});

/** A parameter's place in PARAMETER_KEYS, one byte. */
const parameterKey: Field<ParameterKey> = {
  write: (writer, name, key) => void writer.octet(name, PARAMETER_KEYS.indexOf(key)),
  read(reader, name) {
    const place = reader.octet(name);
    const key = PARAMETER_KEYS[place];
    if (key === undefined) throw new CodecError(`${name}: there is no parameter ${place}`);
    return key;
  },
};

/** Those that are set, in the order of PARAMETER_KEYS, after their count. */
const parameters: Field<AnswerBody<'parameters'>['parameters']> = {
  write(writer: ByteWriter, name, values) {
    const set = PARAMETER_KEYS.flatMap((key) => {
      const value = values[key];
      return value === undefined ? [] : [{ key, value }];
    });
    writer.octet(`count of ${name}`, set.length);
    for (const { key, value } of set) {
      parameterKey.write(writer, 'key', key);
      text.write(writer, 'value', value);
    }
  },
  read(reader: ByteReader, name) {
    const values: Partial<Record<ParameterKey, string>> = {};
    const count = reader.octet(`count of ${name}`);
    let last = -1;
    for (let index = 0; index < count; index++) {
      const key = parameterKey.read(reader, 'key');
      const place = PARAMETER_KEYS.indexOf(key);
      if (place <= last) throw new CodecError(`${name}: '${key}' stands twice or too late`);
      last = place;
      values[key] = text.read(reader, 'value');
    }
    return values;
  },
};

const settings = record<MeterSettings>({
  intervalMinutes: unsigned16,
  pushEveryMinutes: unsigned16,
  declareAfterMs: unsigned32OrUnset,
  restoreAfterMs: unsigned32OrUnset,
  clockLowerMs: unsigned32OrUnset,
  clockUpperMs: unsigned32OrUnset,
  clockCycleMs: unsigned32OrUnset,
});

/** Transactions that write: the data of their tables. */
export const WRITE_LAYOUTS = {
  'write-parameter': record<TransactionBody<'write-parameter'>>({ key: parameterKey, value: text }),
  'configure-clock-sync': record<TransactionBody<'configure-clock-sync'>>({
    enabled: flag,
    lowerMs: unsigned32,
    upperMs: unsigned32,
    cycleMs: unsigned32,
  }),
  'configure-outage-alarms': record<TransactionBody<'configure-outage-alarms'>>({
    declareAfterMs: unsigned32,
    restoreAfterMs: unsigned32,
  }),
  'configure-intervals': record<TransactionBody<'configure-intervals'>>({
    intervalMinutes: unsigned16,
  }),
  'configure-push': record<TransactionBody<'configure-push'>>({ everyMinutes: unsigned16 }),
  'configure-event-alarms': record<TransactionBody<'configure-event-alarms'>>({
    firstCode: unsigned16,
    lastCode: unsigned16,
    atLeast: unsigned16,
    withinMs: unsigned32,
    resetsCounter: flag,
  }),
} as const satisfies { readonly [K in Transaction['kind']]?: Field<TransactionBody<K>> };

/** Transactions that read: what they answer, and the data of the tables that hold it. */
export const READ_LAYOUTS = {
  'get-version': {
    outcome: 'version',
    layout: record<AnswerBody<'version'>>({ moduleVersion: text, metrologyVersion: text }),
  },
  'read-parameters': {
    outcome: 'parameters',
    layout: record<AnswerBody<'parameters'>>({ parameters }),
  },
  'read-settings': { outcome: 'settings', layout: record<AnswerBody<'settings'>>({ settings }) },
  'read-intervals': {
    outcome: 'intervals',
    layout: record<AnswerBody<'intervals'>>({ block: intervalBlock }),
  },
  'read-coverage': {
    outcome: 'coverage',
    layout: record<AnswerBody<'coverage'>>({ rssiDbm: signed(2) }),
  },
} as const;
