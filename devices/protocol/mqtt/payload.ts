/**
 * What is published: an envelope with a number, what it answers, and a body. The topic says who
 * speaks to whom and of what kind the body is.
 */
import { CodecError } from '../bytes/codec-error.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { expandPayload } from './compression.ts';
import { type Decoded, partial, type Plain, type Shape, whole } from './shapes.ts';
import { decodePlain, encodePlain, type Encoding } from './texts.ts';

/** A PIN as PSEM's Security has it. */
const PIN_BYTES = 20;

/** What stands beside the body. */
export interface EnvelopeHead {
  /**
   * The sender's own: from 1 up to 2^32 - 1, from its counter store, never used again. A receiver
   * keeps a replay window of it, which takes out what QoS 1 delivers twice.
   */
  readonly number: number;
  /** This is a further attempt, and that was the first one: answers name the first. */
  readonly repeats?: number;
  /** The number of the message that this one answers. */
  readonly answers?: number;
  /** The device's PIN, 20 bytes, of a transaction. */
  readonly pin?: Uint8Array;
}

/** A body as it is to be written. */
export type Body = Readonly<Record<string, Plain>>;

/** A body as it came: the kind of the topic tells how to read it. */
export type ReceivedBody = Decoded;

const number = whole(1, 0xffff_ffff);

/** Bytes in CBOR, hexadecimal digits in JSON, which has no bytes. */
function pinShape(encoding: Encoding): Shape<Uint8Array> {
  return {
    write(name, pin) {
      const bytes = checkedPin(name, pin);
      return encoding === 'cbor' ? bytes : toHex(bytes);
    },
    read(name, value) {
      if (encoding === 'cbor') return checkedPin(name, value);
      if (typeof value !== 'string' || !/^[0-9a-f]{40}$/.test(value)) return checkedPin(name, null);
      return fromHex(value);
    },
  };
}

/** The value itself is in no error. */
function checkedPin(name: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array && value.length === PIN_BYTES) return new Uint8Array(value);
  throw new CodecError(`${name}: ${PIN_BYTES} bytes wanted`);
}

/** The names of the wire: short where every message has them. */
interface Written {
  readonly n: number;
  readonly repeats?: number;
  readonly answers?: number;
  readonly pin?: Uint8Array;
  /** Whoever knows the kind wrote it, or reads it. */
  readonly body: Plain | ReceivedBody;
}

const AS_IT_IS: Shape<Plain | ReceivedBody> = {
  write: (_, value) => value as Plain,
  read: (_, value) => value,
};

function envelope(encoding: Encoding): Shape<Partial<Written>> {
  return partial<Required<Written>>({
    n: number,
    repeats: number,
    answers: number,
    pin: pinShape(encoding),
    body: AS_IT_IS,
  });
}

const ENVELOPES: Readonly<Record<Encoding, Shape<Partial<Written>>>> = {
  cbor: envelope('cbor'),
  json: envelope('json'),
};

/**
 * The bytes of a message.
 * @param body what one of the encoders of messages.ts gave
 * @throws CodecError when a number or the PIN does not fit
 */
export function encodePayload(head: EnvelopeHead, body: Body, encoding: Encoding): Uint8Array {
  const { number: n, ...others } = head;
  return encodePlain(ENVELOPES[encoding].write('payload', { n, ...others, body }), encoding);
}

/** A message that came: its body is still to be read. */
export interface ReceivedPayload extends EnvelopeHead {
  readonly body: ReceivedBody;
  readonly encoding: Encoding;
}

/**
 * Reads a message in either encoding, compressed or not.
 * @throws CodecError when it is none, or is not in its only form
 */
export function decodePayload(bytes: Uint8Array): ReceivedPayload {
  const { value, encoding } = decodePlain(expandPayload(bytes));
  const { n, body, ...others } = ENVELOPES[encoding].read('payload', value);
  if (n === undefined) throw new CodecError('payload: n is missing');
  if (body === undefined) throw new CodecError('payload: body is missing');
  return { number: n, ...others, body: body as ReceivedBody, encoding };
}

/** The number that an answer to this message names. */
export function answerableAs({ number: own, repeats }: EnvelopeHead): number {
  return repeats ?? own;
}
