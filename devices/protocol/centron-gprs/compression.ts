/**
 * Compression of what a module says, before it is enciphered (RD-08): a full Write whose data gets
 * shorter travels as a Write of another table, which tells the table that is meant, how long its
 * data is, and the data as raw deflate (RFC 1951). Project-defined: docs/profile-messages.md.
 */
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { decodeRequest, encodeRequest } from '../psem/request.ts';
import { deflate, inflate } from './deflate.ts';
import { text, unsigned } from './fields.ts';
import { COMPRESSED_TABLE } from './tables.ts';

/** The longest data that is compressed or believed: six texts of 255 characters are less. */
export const MOST_DATA_BYTES = 2048;

/**
 * Both ends begin with these texts behind them, each with its length in front (a preset dictionary):
 * the older versions, then the identity of a registration as a meter with the number zero tells it.
 */
const DICTIONARY_TEXTS = [
  '4.2.0',
  '2.07',
  '60000000',
  'CENTRON-60000000',
  '8901260000000000000',
  '15550000000',
  '4.10.0',
  '2.07',
] as const;

/** The bytes of the dictionary, as the page shows them. */
export const DICTIONARY = encodeTexts(DICTIONARY_TEXTS);

const unsigned16 = unsigned(2);

/** Full Write, and the table. */
const COMPRESSED_BEGINS = writeOf(COMPRESSED_TABLE, new Uint8Array()).subarray(0, 3);

/**
 * The services as they are sent.
 * @param worthwhile whether so many bytes of data are sent compressed; what it asks for is worked out
 *   only then
 * @throws CodecError when a service is no request
 */
export function compressServices(
  services: readonly Uint8Array[],
  worthwhile: (dataBytes: number, compressedBytes: () => number) => boolean,
): Uint8Array[] {
  return services.map((service) => {
    const write = decodeRequest(service, 'c12-22');
    if (write.service !== 'write' || write.part.by !== 'whole') return service;
    const { table, data } = write;
    if (data.length > MOST_DATA_BYTES) return service;
    let compressed: Uint8Array | undefined;
    const once = (): Uint8Array => (compressed ??= compress(table, data));
    return worthwhile(data.length, () => once().length)
      ? writeOf(COMPRESSED_TABLE, once())
      : service;
  });
}

/**
 * The services as they were meant.
 * @throws CodecError when compressed bytes are damaged, are not as long as they say, or say that
 *   they are longer than anything that the profile has
 */
export function expandServices(services: readonly Uint8Array[]): Uint8Array[] {
  return services.map((service) => {
    if (!isCompressed(service)) return service;
    const write = decodeRequest(service, 'c12-22');
    return write.service === 'write' ? expand(write.data) : service;
  });
}

/** The bytes of services: what the payload of an APDU weighs. */
export function bytesOf(services: readonly Uint8Array[]): number {
  return services.reduce((sum, { length }) => sum + length, 0);
}

/** Known by its first bytes, as nearly all services are not. */
function isCompressed(service: Uint8Array): boolean {
  return COMPRESSED_BEGINS.every((byte, place) => service[place] === byte);
}

function compress(table: number, data: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  unsigned16.write(writer, 'table', table);
  unsigned16.write(writer, 'length', data.length);
  writer.bytes(deflate(data, DICTIONARY));
  return writer.finish();
}

function expand(compressed: Uint8Array): Uint8Array {
  const reader = new ByteReader(compressed);
  const table = unsigned16.read(reader, 'table');
  const length = unsigned16.read(reader, 'length');
  if (table === COMPRESSED_TABLE) throw new CodecError('compressed: a table in itself found');
  const data = inflate(reader.rest(), length, MOST_DATA_BYTES, DICTIONARY);
  return writeOf(table, data);
}

function writeOf(table: number, data: Uint8Array): Uint8Array {
  return encodeRequest({ service: 'write', table, part: { by: 'whole' }, data });
}

function encodeTexts(texts: readonly string[]): Uint8Array {
  const writer = new ByteWriter();
  for (const one of texts) text.write(writer, 'text', one);
  return writer.finish();
}
