/** `Data` in A-XDR (IEC 61334-6; Green Book, `COSEMpdu_GB83.asn`): both ways. */
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { readList, writeList } from './axdr.ts';
import { readCompactItems } from './compact-array.ts';
import type { Data } from './data.ts';
import { readScalar, readTag, writeScalar, writeTag } from './scalar-codec.ts';

/** Objects of meters have up to seven levels; an attacker's have as many as the stack takes. */
const DEPTH_MAX = 32;

/** @throws CodecError when a value does not fit its type */
export function encodeData(data: Data): Uint8Array {
  const writer = new ByteWriter();
  writeData(writer, data);
  return writer.finish();
}

/** One value that fills the octets. @throws CodecError */
export function decodeData(octets: Uint8Array): Data {
  const reader = new ByteReader(octets);
  const data = readData(reader);
  reader.end('Data');
  return data;
}

/** @throws CodecError when a value does not fit its type */
export function writeData(writer: ByteWriter, data: Data): void {
  if (data.type === 'compact-array') {
    throw new CodecError('a compact array is read, never written');
  }
  writeTag(writer, data.type);
  if ('items' in data) {
    writeList(writer, data.items, writeData);
  } else {
    writeScalar(writer, data);
  }
}

/** @throws CodecError when the octets are no Data, or nested too deeply */
export function readData(reader: ByteReader): Data {
  return readLevel(reader, DEPTH_MAX);
}

function readLevel(reader: ByteReader, levelsLeft: number): Data {
  const type = readTag(reader);
  if (type === 'compact-array') return { type, items: readCompactItems(reader) };
  if (type !== 'array' && type !== 'structure') return readScalar(reader, type);
  if (levelsLeft === 0) {
    throw new CodecError(`Data: more than ${DEPTH_MAX} levels at offset ${reader.offset}`);
  }
  return { type, items: readList(reader, type, (inner) => readLevel(inner, levelsLeft - 1)) };
}
