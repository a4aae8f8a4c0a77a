/** What a module says by itself, as pushes (DataNotification), and what a host says to one. */
import { ByteReader } from '../../bytes/byte-reader.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { deflate, inflate } from '../../centron-gprs/deflate.ts';
import type { Worthwhile } from '../../centron-gprs/language.ts';
import type { Uplink, UplinkAnswer, UplinkKind } from '../../centron-gprs/messages.ts';
import { RESPONSE_CODES, type Refusal, type ResponseCode } from '../../psem/response-code.ts';
import type { DataNotification, SetRequest } from '../apdu/types.ts';
import { encodeData, decodeData } from '../data-codec.ts';
import { type Data, number, octetString, structure } from '../data.ts';
import { type Obis, obisBytes, obisText } from '../obis.ts';
import { isSameAttribute, OBJECTS } from './objects.ts';
import {
  itemsOf,
  long64,
  octets,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  unsigned16,
  unsigned32,
} from './shape.ts';
import { blockOf, bufferOf, identity, periodMinutes } from './shapes.ts';

/**
 * A push begins as the public layouts do: who, which push setup, and a word that for an alarm is its
 * register's value (SMR 5: register 1 bit 0 clock invalid, bit 2 power up; register 3 bit 0 last
 * gasp). What the profile tells beyond that follows.
 */
interface PushHead {
  readonly setup: Obis;
  readonly word: number;
}

const SCHEDULER: Obis = '0.0.25.9.0.255';
const ALARM: Obis = '0.1.25.9.0.255';
const LAST_GASP: Obis = '0.3.25.9.0.255';
const INSTALLATION: Obis = '0.4.25.9.0.255';

export const PUSH_HEADS: Readonly<Record<UplinkKind, PushHead>> = {
  'auto-configuration': { setup: INSTALLATION, word: 0 },
  registration: { setup: INSTALLATION, word: 1 },
  'registration-confirmed': { setup: INSTALLATION, word: 2 },
  heartbeat: { setup: SCHEDULER, word: 0 },
  'clock-reference-request': { setup: SCHEDULER, word: 1 },
  'interval-report': { setup: SCHEDULER, word: 2 },
  'clock-deviation': { setup: ALARM, word: 0b001 },
  restoration: { setup: ALARM, word: 0b100 },
  'event-alarm': { setup: ALARM, word: 0b10_0000 },
  'last-gasp': { setup: LAST_GASP, word: 0b1 },
};

type UplinkOf<K extends UplinkKind> = Extract<Uplink, { readonly kind: K }>;
type Body<K extends UplinkKind> = Omit<UplinkOf<K>, 'kind'>;

const intervalReport: Shape<Body<'interval-report'>> = {
  write: (_name, { block }) =>
    structure(periodMinutes.write('period', block.intervalMinutes), bufferOf(block)),
  read(name, data) {
    const [period, buffer, ...more] = itemsOf(name, data, 'structure');
    if (period === undefined || buffer === undefined || more.length > 0) {
      throw new CodecError(`${name}: capture period and buffer wanted`);
    }
    return { block: blockOf(buffer, period) };
  },
};

const BODIES: { readonly [K in UplinkKind]: Shape<Body<K>> } = {
  'auto-configuration': record({ identity }),
  registration: record({ registrationNumber: unsigned32, apTitle: text, identity }),
  'registration-confirmed': record({ registrationNumber: unsigned32 }),
  heartbeat: record({ sequenceNumber: unsigned32 }),
  'clock-reference-request': record({ sequenceNumber: unsigned32 }),
  'clock-deviation': record({ deviationNs: long64 }),
  'last-gasp': record({ outageNumber: unsigned32, lostAtMs: long64 }),
  restoration: record({ outageNumber: unsigned32, lostAtMs: long64, restoredAtMs: long64 }),
  'interval-report': intervalReport,
  'event-alarm': record({ eventCode: unsigned16, occurredAtMs: long64 }),
};

/** Which shape belongs to a kind is checked where they are listed; here the pair is a union. */
function bodyOf(kind: UplinkKind): Shape<object> {
  return BODIES[kind];
}

const URGENT: ReadonlySet<UplinkKind> = new Set(['last-gasp', 'restoration', 'event-alarm']);

/** Longest body that is compressed or believed. */
const MOST_BODY_BYTES = 4096;

/** Both ends begin with these bytes behind them: what a registration of a meter numbered zero says. */
const DICTIONARY = encodeData(
  pushBody('CENTRON-60000000', {
    kind: 'registration',
    registrationNumber: 0,
    apTitle: '.1.1',
    identity: {
      serial: '60000000',
      barcode: 'CENTRON-60000000',
      iccId: '8901260000000000000',
      msisdn: '15550000000',
      moduleVersion: '4.10.0',
      metrologyVersion: '2.07',
    },
  }),
);

function pushBody(deviceName: string, uplink: Uplink): Data {
  const { setup, word } = PUSH_HEADS[uplink.kind];
  return structure(
    octetString(new TextEncoder().encode(deviceName)),
    octetString(obisBytes(setup)),
    number('double-long-unsigned', word),
    bodyOf(uplink.kind).write(uplink.kind, uplink),
  );
}

/** An uplink as a push, and what its body weighs before and after compression. */
export interface Push {
  readonly notification: DataNotification;
  readonly saidBytes: number;
  readonly sentBytes: number;
}

/**
 * @param deviceName COSEM logical device name of the meter
 * @param id 24 bits: what an answer names
 * @throws CodecError when a value does not fit its field
 */
export function encodePush(
  deviceName: string,
  uplink: Uplink,
  id: number,
  worthwhile: Worthwhile | null,
): Push {
  const said = pushBody(deviceName, uplink);
  const saidBytes = encodeData(said);
  const isUrgent = URGENT.has(uplink.kind);
  let sent: Data = said;
  if (worthwhile !== null && saidBytes.length <= MOST_BODY_BYTES) {
    let packed: Data | undefined;
    const once = (): Data => (packed ??= packedOf(saidBytes));
    if (worthwhile(saidBytes.length, () => encodeData(once()).length)) sent = once();
  }
  return {
    notification: {
      service: 'data-notification',
      longInvokeId: {
        id,
        selfDescriptive: false,
        breakOnError: false,
        confirmed: uplink.kind !== 'heartbeat',
        highPriority: isUrgent,
      },
      dateTime: new Uint8Array(),
      body: sent,
    },
    saidBytes: saidBytes.length,
    sentBytes: sent === said ? saidBytes.length : encodeData(sent).length,
  };
}

/** A body that travels compressed is an octet-string: its length, two bytes, and raw deflate. RD-08 */
function packedOf(body: Uint8Array): Data {
  const writer = new ByteWriter().unsigned('length', body.length, 2, 'big-endian');
  return octetString(writer.bytes(deflate(body, DICTIONARY)).finish());
}

function unpacked(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes);
  const length = reader.unsigned('length', 2, 'big-endian');
  return inflate(reader.rest(), length, MOST_BODY_BYTES, DICTIONARY);
}

/** @throws CodecError when it is no push of the profile */
export function decodePush({ body }: DataNotification): {
  readonly uplink: Uplink;
  readonly saidBytes: number;
  readonly sentBytes: number;
} {
  const sentBytes = encodeData(body).length;
  const said = body.type === 'octet-string' ? decodeData(unpacked(body.bytes)) : body;
  const [name, setup, word, fields, ...more] = itemsOf('push', said, 'structure');
  if (!name || !setup || !word || !fields || more.length > 0) {
    throw new CodecError('push: device name, push setup, word and fields wanted');
  }
  const wanted = {
    setup: obisText(octets.read('push setup', setup)),
    word: unsigned32.read('word', word),
  };
  const kind = KINDS.find((one) => isHead(PUSH_HEADS[one], wanted));
  if (kind === undefined) {
    throw new CodecError(`push: ${wanted.setup} with ${wanted.word} is no push of the profile`);
  }
  const uplink = { ...bodyOf(kind).read(kind, fields), kind } as Uplink;
  const saidBytes = said === body ? sentBytes : encodeData(said).length;
  return { uplink, saidBytes, sentBytes };
}

const KINDS = Object.keys(PUSH_HEADS) as readonly UplinkKind[];

function isHead(one: PushHead, other: PushHead): boolean {
  return one.setup === other.setup && one.word === other.word;
}

// What a host says to a push: it writes the answer into one object of the meter, unconfirmed.

const CODES = Object.keys(RESPONSE_CODES) as readonly ResponseCode[];

/** `code` is ok unless it refuses; what belongs to another outcome is null. */
interface AnswerRecord {
  readonly answers: number;
  readonly code: ResponseCode;
  readonly apTitle: string | null;
  readonly periodS: number | null;
  readonly utcMs: number | null;
  readonly belowMsNs: number | null;
}

const answerRecord = record<AnswerRecord>({
  answers: unsigned32,
  code: oneOf(CODES),
  apTitle: optional(text),
  periodS: optional(unsigned32),
  utcMs: optional(long64),
  belowMsNs: optional(unsigned32),
});

const NOTHING = { code: 'ok', apTitle: null, periodS: null, utcMs: null, belowMsNs: null } as const;

/** @param answers the id of the push */
export function encodePushAnswer(answers: number, answer: UplinkAnswer): SetRequest {
  return {
    service: 'set-request',
    kind: 'normal',
    // Bit 6 unset: nobody answers an answer.
    invokeId: { id: 0, confirmed: false, highPriority: false },
    attribute: { ...OBJECTS.hostAnswer, selection: null },
    value: answerRecord.write('answer', { ...NOTHING, answers, ...fieldsOf(answer) }),
  };
}

function fieldsOf(answer: UplinkAnswer): Partial<AnswerRecord> {
  switch (answer.outcome) {
    case 'accepted':
      return {};
    case 'refused':
      return { code: answer.code };
    case 'registered':
      return { apTitle: answer.apTitle, periodS: answer.periodS };
    case 'clock-reference':
      return { utcMs: answer.utcMs, belowMsNs: answer.belowMsNs };
  }
}

/** What an answer of a host says, and what it answers. @throws CodecError when it is none */
export function decodePushAnswer(request: SetRequest): {
  readonly answers: number;
  read(kind: UplinkKind): UplinkAnswer;
} {
  if (request.kind !== 'normal' || !isSameAttribute(request.attribute, OBJECTS.hostAnswer)) {
    throw new CodecError('answer: a SET of the host-answer object wanted');
  }
  const found = answerRecord.read('answer', request.value);
  return { answers: found.answers, read: (kind) => answerTo(kind, found) };
}

function answerTo(kind: UplinkKind, found: AnswerRecord): UplinkAnswer {
  const { code, apTitle, periodS, utcMs, belowMsNs } = found;
  if (code !== 'ok') return { outcome: 'refused', code: code satisfies Refusal };
  switch (kind) {
    case 'registration':
      if (apTitle === null || periodS === null) throw lacks(kind);
      return { outcome: 'registered', apTitle, periodS };
    case 'clock-reference-request':
      if (utcMs === null || belowMsNs === null || belowMsNs > 999_999) throw lacks(kind);
      return { outcome: 'clock-reference', utcMs, belowMsNs };
    case 'auto-configuration':
    case 'registration-confirmed':
    case 'heartbeat':
    case 'clock-deviation':
    case 'last-gasp':
    case 'restoration':
    case 'interval-report':
    case 'event-alarm':
      return { outcome: 'accepted' };
  }
}

function lacks(kind: UplinkKind): CodecError {
  return new CodecError(`answer: fields that belong to ${kind} are missing`);
}
