/** One message of each kind, as docs/mqtt.md shows it. */
import { testIdentity } from '../../../../devices/domain/identity.ts';
import { fromHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  type Transaction,
  type TransactionAnswer,
  type Uplink,
  UPLINK_ADDRESSEE,
  type UplinkAnswer,
} from '../../../../devices/protocol/centron-gprs/messages.ts';
import {
  decodeTransaction,
  decodeTransactionAnswer,
  decodeUplink,
  decodeUplinkAnswer,
  encodeTransaction,
  encodeTransactionAnswer,
  encodeUplink,
  encodeUplinkAnswer,
} from '../../../../devices/protocol/mqtt/messages.ts';
import type {
  Body,
  EnvelopeHead,
  ReceivedBody,
} from '../../../../devices/protocol/mqtt/payload.ts';
import { makeTopic, type MessageTopic } from '../../../../devices/protocol/mqtt/topics.ts';

export const ROOT = 'meters';
export const ADDRESS = { customer: 'edwards', serial: '60000001' } as const;
const PIN = fromHex('3132333420202020202020202020202020202020');
const BLOCK = {
  endMinutes: 29_734_110,
  intervalMinutes: 5,
  pulses: [12, 0, 300],
  status: [0, 0, 16],
  registerPulses: 123_456,
} as const;

export interface Example {
  readonly topic: string;
  readonly head: EnvelopeHead;
  readonly value: unknown;
  readonly body: Body;
  readonly decode: (body: ReceivedBody) => unknown;
}

const UPLINKS: readonly Uplink[] = [
  { kind: 'auto-configuration', identity: testIdentity(0) },
  {
    kind: 'registration',
    identity: testIdentity(0),
    apTitle: '.1.60000001',
    registrationNumber: 1,
  },
  { kind: 'registration-confirmed', registrationNumber: 1 },
  { kind: 'heartbeat', sequenceNumber: 5 },
  { kind: 'clock-reference-request', sequenceNumber: 6 },
  { kind: 'clock-deviation', deviationNs: -9_007_199_254_740_991 },
  { kind: 'last-gasp', outageNumber: 7, lostAtMs: 1_784_046_600_250 },
  {
    kind: 'restoration',
    outageNumber: 7,
    lostAtMs: 1_784_046_600_250,
    restoredAtMs: 1_784_046_725_250,
  },
  { kind: 'interval-report', block: BLOCK },
  { kind: 'event-alarm', eventCode: 47, occurredAtMs: 1_784_046_600_250 },
];

const UPLINK_ANSWERS: readonly (readonly [Uplink['kind'], UplinkAnswer])[] = [
  ['last-gasp', { outcome: 'accepted' }],
  ['registration', { outcome: 'registered', apTitle: '.1.60000001', periodS: 86_400 }],
  [
    'clock-reference-request',
    { outcome: 'clock-reference', utcMs: 1_784_046_600_250, belowMsNs: 999_999 },
  ],
  ['interval-report', { outcome: 'refused', code: 'err' }],
];

const TRANSACTIONS: readonly Transaction[] = [
  { kind: 'get-version' },
  { kind: 'write-parameter', key: 'apn', value: 'meters.example' },
  { kind: 'read-parameters' },
  {
    kind: 'configure-clock-sync',
    enabled: true,
    lowerMs: 2_000,
    upperMs: 60_000,
    cycleMs: 86_400_000,
  },
  { kind: 'configure-outage-alarms', declareAfterMs: 30_000, restoreAfterMs: 60_000 },
  { kind: 'configure-intervals', intervalMinutes: 15 },
  { kind: 'configure-push', everyMinutes: 15 },
  { kind: 'read-settings' },
  { kind: 'read-intervals', count: 96 },
  { kind: 'read-coverage' },
  {
    kind: 'configure-event-alarms',
    firstCode: 1,
    lastCode: 76,
    atLeast: 3,
    withinMs: 600_000,
    resetsCounter: true,
  },
];

const TRANSACTION_ANSWERS: readonly (readonly [Transaction['kind'], TransactionAnswer])[] = [
  ['configure-push', { outcome: 'done' }],
  ['get-version', { outcome: 'version', moduleVersion: '4.10.0', metrologyVersion: '2.07' }],
  ['read-parameters', { outcome: 'parameters', parameters: { apn: 'meters.example' } }],
  [
    'read-settings',
    {
      outcome: 'settings',
      settings: {
        intervalMinutes: 5,
        pushEveryMinutes: 15,
        declareAfterMs: 30_000,
        restoreAfterMs: 60_000,
        clockLowerMs: null,
        clockUpperMs: null,
        clockCycleMs: null,
      },
    },
  ],
  ['read-intervals', { outcome: 'intervals', block: BLOCK }],
  ['read-coverage', { outcome: 'coverage', rssiDbm: -71 }],
  ['configure-intervals', { outcome: 'refused', code: 'isc', wrongPin: true }],
];

const up = (topic: Pick<MessageTopic & { direction: 'up' }, 'server' | 'kind'>): string =>
  makeTopic(ROOT, { ...ADDRESS, ...topic, direction: 'up' });
const down = (topic: Pick<MessageTopic & { direction: 'down' }, 'server' | 'kind'>): string =>
  makeTopic(ROOT, { ...ADDRESS, ...topic, direction: 'down' });

export const EXAMPLES: readonly Example[] = [
  ...UPLINKS.map((value, index): Example => {
    const { kind } = value;
    return {
      topic: up({ server: UPLINK_ADDRESSEE[kind], kind }),
      head: { number: 1001 + index },
      value,
      body: encodeUplink(value),
      decode: (body) => decodeUplink(kind, body),
    };
  }),
  ...UPLINK_ANSWERS.map(([kind, value], index): Example => {
    return {
      topic: down({ server: UPLINK_ADDRESSEE[kind], kind: 'answer' }),
      head: { number: 71 + index, answers: 1001 },
      value,
      body: encodeUplinkAnswer(kind, value),
      decode: (body) => decodeUplinkAnswer(kind, body),
    };
  }),
  ...TRANSACTIONS.map((value, index): Example => {
    const { kind } = value;
    return {
      topic: down({
        server: kind === 'write-parameter' ? 'configuration-server' : 'head-end',
        kind,
      }),
      // A second attempt, once.
      head: { number: 81 + index, pin: PIN, ...(index === 1 && { repeats: 81 }) },
      value,
      body: encodeTransaction(value),
      decode: (body) => decodeTransaction(kind, body),
    };
  }),
  ...TRANSACTION_ANSWERS.map(([kind, value], index): Example => {
    return {
      topic: up({ server: 'head-end', kind: 'response' }),
      head: { number: 1021 + index, answers: 81 },
      value,
      body: encodeTransactionAnswer(kind, value, true),
      decode: (body) => decodeTransactionAnswer(kind, body, true),
    };
  }),
];
