/**
 * Compression of payloads (RD-08), as far as the sender's rule wants it: 7a, the length of what is
 * compressed (two bytes, the higher first), and raw deflate (RFC 1951) with a preset dictionary.
 * 7a begins neither a map of CBOR nor one of JSON. Project-defined: docs/mqtt.md.
 */
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { deflate, inflate } from '../centron-gprs/deflate.ts';
import { encodePlain } from './texts.ts';

/** The longest payload that is read: six texts of 255 escaped characters are less. */
export const MOST_PAYLOAD_BYTES = 16_384;

const COMPRESSED = 0x7a;

/** A message as most are, with everything that all of them say alike. */
const TYPICAL = {
  n: 1,
  body: {
    apTitle: '.1.60000001',
    registrationNumber: 1,
    identity: {
      serial: '60000000',
      barcode: 'CENTRON-60000000',
      iccId: '8901260000000000000',
      msisdn: '15550000000',
      moduleVersion: '4.10.0',
      metrologyVersion: '2.07',
    },
    block: {
      endMinutes: 0,
      intervalMinutes: 5,
      registerPulses: 0,
      pulses: [0, 0, 0],
      status: [0, 0, 0],
    },
  },
} as const;

/** Both ends begin with these bytes behind them: the typical message in JSON, then in CBOR. */
export const DICTIONARY = join(encodePlain(TYPICAL, 'json'), encodePlain(TYPICAL, 'cbor'));

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  for (const part of parts) writer.bytes(part);
  return writer.finish();
}

/**
 * The payload as it is sent.
 * @param worthwhile whether so many bytes are sent compressed; what it asks for is worked out only
 *   then
 */
export function compressPayload(
  payload: Uint8Array,
  worthwhile: (bytes: number, compressedBytes: () => number) => boolean,
): Uint8Array {
  if (payload.length > MOST_PAYLOAD_BYTES) return payload;
  let compressed: Uint8Array | undefined;
  const once = (): Uint8Array => (compressed ??= compress(payload));
  return worthwhile(payload.length, () => once().length) ? once() : payload;
}

function compress(payload: Uint8Array): Uint8Array {
  return new ByteWriter()
    .octet('mark', COMPRESSED)
    .unsigned('length', payload.length, 2, 'big-endian')
    .bytes(deflate(payload, DICTIONARY))
    .finish();
}

/**
 * The payload as it was meant.
 * @throws CodecError when it is longer than any is, is damaged, or is not as long as it says
 */
export function expandPayload(payload: Uint8Array): Uint8Array {
  if (payload.length > MOST_PAYLOAD_BYTES) {
    throw new CodecError(
      `payload: at most ${MOST_PAYLOAD_BYTES} bytes wanted, ${payload.length} found`,
    );
  }
  if (payload[0] !== COMPRESSED) return payload;
  const reader = new ByteReader(payload);
  reader.octet('mark');
  const length = reader.unsigned('length', 2, 'big-endian');
  return inflate(reader.rest(), length, MOST_PAYLOAD_BYTES, DICTIONARY);
}
