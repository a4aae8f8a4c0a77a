/**
 * Values as bytes and back, in the two encodings of the profile: CBOR in its deterministic form
 * (RFC 8949, 4.2.1) and JSON (RFC 8259). A reader needs no agreement: a map of CBOR begins with
 * a0 to bf, an object of JSON with 7b.
 */
import {
  decode as decodeCbor,
  encode as encodeCbor,
  rfc8949EncodeOptions,
  type Token,
  Tokenizer as CborTokenizer,
  Type,
} from 'cborg';
import { decode as decodeJson, encode as encodeJson, Tokenizer as JsonTokenizer } from 'cborg/json';
import { messageOf } from '../../domain/error-text.ts';
import { CodecError } from '../bytes/codec-error.ts';
import type { Decoded, Plain } from './shapes.ts';

export type Encoding = 'cbor' | 'json';

const STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
} as const;

/** The profile has no fractions: 1.0 is no way to say 1. */
function unlessFraction(token: Token): Token {
  if (Type.equals(token.type, Type.float)) throw new CodecError('a fraction found');
  return token;
}

class WholeCbor extends CborTokenizer {
  override next(): Token {
    return unlessFraction(super.next());
  }
}

class WholeJson extends JsonTokenizer {
  override next(): Token {
    return unlessFraction(super.next());
  }
}

/** The same value is always the same bytes: in both encodings members are sorted. */
export function encodePlain(value: Plain, encoding: Encoding): Uint8Array {
  // The library gives Node's kind of bytes, out of a pool.
  return new Uint8Array(
    encoding === 'cbor' ? encodeCbor(value, rfc8949EncodeOptions) : encodeJson(value),
  );
}

/** How bytes say that they are encoded; null when they are no map of either. */
function encodingOf(bytes: Uint8Array): Encoding | null {
  const [first = 0] = bytes;
  if (first === 0x7b) return 'json';
  return first >= 0xa0 && first <= 0xbf ? 'cbor' : null;
}

/**
 * Reads exactly one map. Refused are, in both encodings: members that stand twice, fractions, and
 * whatever follows; in CBOR besides: lengths that are left open, numbers not in their shortest
 * form, tags and `undefined`.
 * @throws CodecError
 */
export function decodePlain(bytes: Uint8Array): { value: Decoded; encoding: Encoding } {
  const encoding = encodingOf(bytes);
  if (encoding === null) throw new CodecError('payload: neither a map of CBOR nor of JSON');
  try {
    if (encoding === 'cbor') {
      const tokenizer = new WholeCbor(bytes, STRICT);
      return { value: decodeCbor(bytes, { ...STRICT, tokenizer }) as Decoded, encoding };
    }
    checkJson(bytes);
    const tokenizer = new WholeJson(bytes, STRICT);
    return { value: decodeJson(bytes, { ...STRICT, tokenizer }) as Decoded, encoding };
  } catch (error) {
    // The library tells of wrong bytes with errors of its own, and of a thousand brackets with a
    // stack that overflows. Its texts quote keys and places, never values.
    throw new CodecError(`payload: no ${encoding.toUpperCase()}, ${messageOf(error)}`);
  }
}

/** The library that finds members which stand twice takes what is not quite JSON, so JSON's own reader goes first. */
function checkJson(bytes: Uint8Array): void {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    // Its message would quote the text.
    throw new CodecError('its grammar is broken');
  }
}
