import fc from 'fast-check';
import type { MeterIdentity } from '../../../../devices/domain/identity.ts';
import { PARAMETER_KEYS } from '../../../../devices/protocol/centron-gprs/messages.ts';
import type {
  IntervalBlock,
  Transaction,
  TransactionAnswer,
  Uplink,
  UplinkAnswer,
} from '../../../../devices/protocol/centron-gprs/messages.ts';
import { RESPONSE_CODES } from '../../../../devices/protocol/psem/response-code.ts';
import type { Refusal } from '../../../../devices/protocol/psem/response-code.ts';

const unsigned = (bits: number) => fc.maxSafeInteger().map((value) => Math.abs(value) % 2 ** bits);
const unsigned16 = unsigned(16);
const unsigned32 = fc.oneof(unsigned(32), fc.constantFrom(0, 2 ** 32 - 1));
const unsignedOrUnset = fc.option(fc.integer({ min: 0, max: 2 ** 32 - 2 }));
const instant = fc.oneof(unsigned(48), fc.constantFrom(0, 2 ** 48 - 1));
const text = fc.string({ unit: latin1(), maxLength: 40 });
const serial = fc.string({ unit: latin1(), minLength: 1, maxLength: 20 });
const title = fc
  .array(unsigned32, { minLength: 1, maxLength: 4 })
  .chain((arcs) =>
    fc.constantFrom(`.${arcs.join('.')}`, `2.16.124.113620.1.22.0.${arcs.join('.')}`),
  );
const code = fc.constantFrom(
  ...Object.keys(RESPONSE_CODES).filter((name): name is Refusal => name !== 'ok'),
);

function latin1(): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: 0xff }).map((value) => String.fromCharCode(value));
}

const identity: fc.Arbitrary<MeterIdentity> = fc.record({
  serial,
  barcode: text,
  iccId: text,
  msisdn: text,
  moduleVersion: text,
  metrologyVersion: text,
});

/** Mostly one status for all, as in life; sometimes one of its own for each. */
export const block: fc.Arbitrary<IntervalBlock> = fc
  .array(
    fc.tuple(
      fc.oneof(fc.nat({ max: 300 }), unsigned32),
      fc.oneof(fc.constant(0), fc.nat({ max: 255 })),
    ),
    { maxLength: 96 },
  )
  .chain((intervals) =>
    fc.record({
      endMinutes: unsigned32,
      intervalMinutes: unsigned16,
      pulses: fc.constant(intervals.map(([pulses]) => pulses)),
      status: fc.constant(intervals.map(([, status]) => status)),
      registerPulses: instant,
    }),
  );

const uplinks: { readonly [K in Uplink['kind']]: fc.Arbitrary<Extract<Uplink, { kind: K }>> } = {
  'auto-configuration': fc.record({ kind: fc.constant('auto-configuration'), identity }),
  registration: fc.record({
    kind: fc.constant('registration'),
    identity,
    apTitle: title,
    registrationNumber: unsigned32,
  }),
  'registration-confirmed': fc.record({
    kind: fc.constant('registration-confirmed'),
    registrationNumber: unsigned32,
  }),
  heartbeat: fc.record({ kind: fc.constant('heartbeat'), sequenceNumber: unsigned32 }),
  'clock-reference-request': fc.record({
    kind: fc.constant('clock-reference-request'),
    sequenceNumber: unsigned32,
  }),
  'clock-deviation': fc.record({
    kind: fc.constant('clock-deviation'),
    deviationNs: fc.maxSafeInteger(),
  }),
  'last-gasp': fc.record({
    kind: fc.constant('last-gasp'),
    outageNumber: unsigned32,
    lostAtMs: instant,
  }),
  restoration: fc.record({
    kind: fc.constant('restoration'),
    outageNumber: unsigned32,
    lostAtMs: instant,
    restoredAtMs: instant,
  }),
  'interval-report': fc.record({ kind: fc.constant('interval-report'), block }),
  'event-alarm': fc.record({
    kind: fc.constant('event-alarm'),
    eventCode: unsigned16,
    occurredAtMs: instant,
  }),
};

/** Every kind equally often. */
export const uplink: fc.Arbitrary<Uplink> = fc.oneof(...Object.values(uplinks));

/** A kind and an answer that belongs to it. */
export const answeredUplink: fc.Arbitrary<[Uplink['kind'], UplinkAnswer]> = uplink.chain(
  ({ kind }) =>
    fc.tuple(
      fc.constant(kind),
      fc.oneof(fc.record({ outcome: fc.constant('refused'), code }), goodAnswerTo(kind)),
    ),
);

function goodAnswerTo(kind: Uplink['kind']): fc.Arbitrary<UplinkAnswer> {
  if (kind === 'registration') {
    const periodS = unsigned(24);
    return fc.record({ outcome: fc.constant('registered'), apTitle: title, periodS });
  }
  if (kind !== 'clock-reference-request') return fc.constant({ outcome: 'accepted' });
  const belowMsNs = fc.nat({ max: 999_999 });
  return fc.record({ outcome: fc.constant('clock-reference'), utcMs: instant, belowMsNs });
}

type TransactionOf<K extends Transaction['kind']> = Extract<Transaction, { kind: K }>;
type Asked = { readonly [K in Transaction['kind']]: fc.Arbitrary<TransactionOf<K>> };

const transactions: Asked = {
  'get-version': fc.record({ kind: fc.constant('get-version') }),
  'write-parameter': fc.record({
    kind: fc.constant('write-parameter'),
    key: fc.constantFrom(...PARAMETER_KEYS),
    value: text,
  }),
  'read-parameters': fc.record({ kind: fc.constant('read-parameters') }),
  'configure-clock-sync': fc.record({
    kind: fc.constant('configure-clock-sync'),
    enabled: fc.boolean(),
    lowerMs: unsigned32,
    upperMs: unsigned32,
    cycleMs: unsigned32,
  }),
  'configure-outage-alarms': fc.record({
    kind: fc.constant('configure-outage-alarms'),
    declareAfterMs: unsigned32,
    restoreAfterMs: unsigned32,
  }),
  'configure-intervals': fc.record({
    kind: fc.constant('configure-intervals'),
    intervalMinutes: unsigned16,
  }),
  'configure-push': fc.record({ kind: fc.constant('configure-push'), everyMinutes: unsigned16 }),
  'configure-event-alarms': fc.record({
    kind: fc.constant('configure-event-alarms'),
    firstCode: unsigned16,
    lastCode: unsigned16,
    atLeast: unsigned16,
    withinMs: unsigned32,
    resetsCounter: fc.boolean(),
  }),
  'read-settings': fc.record({ kind: fc.constant('read-settings') }),
  'read-intervals': fc.record({
    kind: fc.constant('read-intervals'),
    count: fc.integer({ min: 1, max: 96 }),
  }),
  'read-coverage': fc.record({ kind: fc.constant('read-coverage') }),
};

export const transaction: fc.Arbitrary<Transaction> = fc.oneof(...Object.values(transactions));

export const pin = fc.option(fc.uint8Array({ minLength: 20, maxLength: 20 }));

const done: fc.Arbitrary<TransactionAnswer> = fc.constant({ outcome: 'done' });
const goodAnswers: Readonly<Record<Transaction['kind'], fc.Arbitrary<TransactionAnswer>>> = {
  'get-version': fc.record({
    outcome: fc.constant('version'),
    moduleVersion: text,
    metrologyVersion: text,
  }),
  'write-parameter': done,
  'read-parameters': fc.record({
    outcome: fc.constant('parameters'),
    parameters: fc.dictionary(fc.constantFrom(...PARAMETER_KEYS), text, { noNullPrototype: true }),
  }),
  'configure-clock-sync': done,
  'configure-outage-alarms': done,
  'configure-intervals': done,
  'configure-push': done,
  'configure-event-alarms': done,
  'read-settings': fc.record({
    outcome: fc.constant('settings'),
    settings: fc.record({
      intervalMinutes: unsigned16,
      pushEveryMinutes: unsigned16,
      declareAfterMs: unsignedOrUnset,
      restoreAfterMs: unsignedOrUnset,
      clockLowerMs: unsignedOrUnset,
      clockUpperMs: unsignedOrUnset,
      clockCycleMs: unsignedOrUnset,
    }),
  }),
  'read-intervals': fc.record({ outcome: fc.constant('intervals'), block }),
  'read-coverage': fc.record({
    outcome: fc.constant('coverage'),
    rssiDbm: fc.integer({ min: -0x8000, max: 0x7fff }),
  }),
};

/** A kind, an answer that belongs to it, and whether a PIN was sent. */
export const answeredTransaction = transaction
  .chain(({ kind }) => fc.tuple(fc.constant(kind), answerTo(kind), fc.boolean()))
  // Without a PIN none can be wrong.
  .filter(([, answer, hadPin]) => hadPin || answer.outcome !== 'refused' || !answer.wrongPin);

function answerTo(kind: Transaction['kind']): fc.Arbitrary<TransactionAnswer> {
  const refused = { outcome: fc.constant('refused' as const) };
  return fc.oneof(
    goodAnswers[kind],
    fc.record({ ...refused, code, wrongPin: fc.constant(false) }),
    fc.record({ ...refused, code: fc.constant('isc' as const), wrongPin: fc.constant(true) }),
  );
}
