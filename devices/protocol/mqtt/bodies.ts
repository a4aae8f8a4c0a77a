/** What stands in the body of each message, in one place. The kind is in the topic. */
import type { MeterIdentity } from '../../domain/identity.ts';
import type { MeterSettings } from '../../domain/northbound.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { ApTitle } from '../c12-22/ap-title.ts';
import { MOST_INTERVALS } from '../centron-gprs/interval-block.ts';
import {
  type IntervalBlock,
  PARAMETER_KEYS,
  type ParameterKey,
  type Transaction,
  type TransactionAnswer,
  type Uplink,
  type UplinkAnswer,
} from '../centron-gprs/messages.ts';
import { type Refusal, RESPONSE_CODES } from '../psem/response-code.ts';
import {
  flag,
  list,
  nanoseconds,
  orUnset,
  partial,
  record,
  type Shape,
  signed16,
  text,
  unsigned16,
  unsigned32,
  unsigned48,
  unsigned8,
  whole,
  word,
} from './shapes.ts';

type Without<T, K extends string> = Omit<T, K>;
type Of<T, K extends string, V> = Extract<T, { readonly [P in K]: V }>;

export type UplinkBody<K extends Uplink['kind']> = Without<Of<Uplink, 'kind', K>, 'kind'>;
export type TransactionBody<K extends Transaction['kind']> = Without<
  Of<Transaction, 'kind', K>,
  'kind'
>;

const identity = record<MeterIdentity>({
  serial: text,
  barcode: text,
  iccId: text,
  msisdn: text,
  moduleVersion: text,
  metrologyVersion: text,
});

/** An ApTitle as C12.22 writes it. @throws CodecError when the text is none */
function checkedTitle(value: string): string {
  return ApTitle.of(value).toString();
}

const title: Shape<string> = {
  write: (name, value) => text.write(name, checkedTitle(value)),
  read: (name, value) => checkedTitle(text.read(name, value)),
};

const blockMembers = record<IntervalBlock>({
  endMinutes: unsigned32,
  intervalMinutes: unsigned16,
  registerPulses: unsigned48,
  pulses: list(unsigned32, MOST_INTERVALS),
  status: list(unsigned8, MOST_INTERVALS),
});

const block: Shape<IntervalBlock> = {
  write: (name, value) => blockMembers.write(name, checkedBlock(value)),
  read: (name, value) => checkedBlock(blockMembers.read(name, value)),
};

function checkedBlock(value: IntervalBlock): IntervalBlock {
  const { pulses, status } = value;
  if (pulses.length === status.length) return value;
  throw new CodecError(
    `intervals: a status for each wanted, ${pulses.length} with ${status.length} found`,
  );
}

export const UPLINK_BODIES: { readonly [K in Uplink['kind']]: Shape<UplinkBody<K>> } = {
  'auto-configuration': record({ identity }),
  registration: record({ identity, apTitle: title, registrationNumber: unsigned32 }),
  'registration-confirmed': record({ registrationNumber: unsigned32 }),
  heartbeat: record({ sequenceNumber: unsigned32 }),
  'clock-reference-request': record({ sequenceNumber: unsigned32 }),
  'clock-deviation': record({ deviationNs: nanoseconds }),
  'last-gasp': record({ outageNumber: unsigned32, lostAtMs: unsigned48 }),
  restoration: record({
    outageNumber: unsigned32,
    lostAtMs: unsigned48,
    restoredAtMs: unsigned48,
  }),
  'interval-report': record({ block }),
  'event-alarm': record({ eventCode: unsigned16, occurredAtMs: unsigned48 }),
};

const code = word<Refusal>(
  Object.keys(RESPONSE_CODES).filter((name): name is Refusal => name !== 'ok'),
);

/** Three bytes in C12.22's answer to Register. */
const unsigned24 = whole(0, 0xff_ffff);

export const UPLINK_ANSWER_BODIES: {
  readonly [O in UplinkAnswer['outcome']]: Shape<Of<UplinkAnswer, 'outcome', O>>;
} = {
  accepted: record({ outcome: word(['accepted']) }),
  registered: record({ outcome: word(['registered']), apTitle: title, periodS: unsigned24 }),
  'clock-reference': record({
    outcome: word(['clock-reference']),
    utcMs: unsigned48,
    belowMsNs: whole(0, 999_999),
  }),
  refused: record({ outcome: word(['refused']), code }),
};

const parameterKey = word(PARAMETER_KEYS);

export const TRANSACTION_BODIES: {
  readonly [K in Transaction['kind']]: Shape<TransactionBody<K>>;
} = {
  'get-version': record({}),
  'write-parameter': record({ key: parameterKey, value: text }),
  'read-parameters': record({}),
  'configure-clock-sync': record({
    enabled: flag,
    lowerMs: unsigned32,
    upperMs: unsigned32,
    cycleMs: unsigned32,
  }),
  'configure-outage-alarms': record({ declareAfterMs: unsigned32, restoreAfterMs: unsigned32 }),
  'configure-intervals': record({ intervalMinutes: unsigned16 }),
  'configure-push': record({ everyMinutes: unsigned16 }),
  'read-settings': record({}),
  'read-intervals': record({ count: whole(1, MOST_INTERVALS) }),
  'read-coverage': record({}),
  'configure-event-alarms': record({
    firstCode: unsigned16,
    lastCode: unsigned16,
    atLeast: unsigned16,
    withinMs: unsigned32,
    resetsCounter: flag,
  }),
};

/** All ones are C12.22's way to say unset. */
const unsigned32OrUnset = orUnset(whole(0, 0xffff_fffe));

const settings = record<MeterSettings>({
  intervalMinutes: unsigned16,
  pushEveryMinutes: unsigned16,
  declareAfterMs: unsigned32OrUnset,
  restoreAfterMs: unsigned32OrUnset,
  clockLowerMs: unsigned32OrUnset,
  clockUpperMs: unsigned32OrUnset,
  clockCycleMs: unsigned32OrUnset,
});

const parameters = partial<Readonly<Record<ParameterKey, string>>>({
  apn: text,
  'tms-address': text,
  'tms-port': text,
  'tms-ap-title': text,
  customer: text,
  'registration-retry-s': text,
});

export const TRANSACTION_ANSWER_BODIES: {
  readonly [O in TransactionAnswer['outcome']]: Shape<Of<TransactionAnswer, 'outcome', O>>;
} = {
  done: record({ outcome: word(['done']) }),
  version: record({ outcome: word(['version']), moduleVersion: text, metrologyVersion: text }),
  parameters: record({ outcome: word(['parameters']), parameters }),
  settings: record({ outcome: word(['settings']), settings }),
  intervals: record({ outcome: word(['intervals']), block }),
  coverage: record({ outcome: word(['coverage']), rssiDbm: signed16 }),
  refused: record({ outcome: word(['refused']), code, wrongPin: flag }),
};
