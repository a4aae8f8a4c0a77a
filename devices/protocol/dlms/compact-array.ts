/** Compact arrays of `Data`: the types stand once, then the values without tags. */
import { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { readList, readOctets } from './axdr.ts';
import type { Data } from './data.ts';
import { readScalar, readTag, type ScalarType } from './scalar-codec.ts';

/** Null data take no octet: without a bound, few octets would expand to millions of values. */
const VALUES_PER_OCTET_MAX = 16;
const DEPTH_MAX = 16;

/** TypeDescription of a compact array: what each of its elements is made of. */
type Description =
  | { readonly type: ScalarType }
  | { readonly type: 'array'; readonly count: number; readonly of: Description }
  | { readonly type: 'structure'; readonly of: readonly Description[] };

/**
 * What follows the tag: elements follow each other without tags until the octets are used up.
 * @throws CodecError
 */
export function readCompactItems(reader: ByteReader): Data[] {
  const description = readDescription(reader, DEPTH_MAX);
  const contents = new ByteReader(readOctets(reader, 'compact-array contents'));
  const budget = { values: VALUES_PER_OCTET_MAX * contents.left };
  const items: Data[] = [];
  while (contents.left > 0) {
    items.push(readDescribed(contents, description, budget));
  }
  return items;
}

function readDescription(reader: ByteReader, levelsLeft: number): Description {
  if (levelsLeft === 0) throw new CodecError(`compact-array: more than ${DEPTH_MAX} levels`);
  const type = readTag(reader);
  if (type === 'array') {
    const count = reader.unsigned('number-of-elements', 2, 'big-endian');
    return { type, count, of: readDescription(reader, levelsLeft - 1) };
  }
  if (type === 'structure') {
    return { type, of: readList(reader, type, (inner) => readDescription(inner, levelsLeft - 1)) };
  }
  if (type === 'compact-array') throw new CodecError('compact-array: one within another');
  return { type };
}

/** @param budget how many values may still be made, nested ones included */
function readDescribed(
  reader: ByteReader,
  description: Description,
  budget: { values: number },
): Data {
  if (budget.values-- === 0) {
    throw new CodecError(`compact-array: more than ${VALUES_PER_OCTET_MAX} values an octet`);
  }
  if (description.type === 'structure') {
    const items = description.of.map((member) => readDescribed(reader, member, budget));
    return { type: 'structure', items };
  }
  if (description.type === 'array') {
    const items: Data[] = [];
    for (let index = 0; index < description.count; index++) {
      items.push(readDescribed(reader, description.of, budget));
    }
    return { type: 'array', items };
  }
  return readScalar(reader, description.type);
}
