/**
 * The CHOICE `Data` of DLMS/COSEM (Green Book, `COSEMpdu_GB83.asn`) as values. Names are the
 * standard's; each comment gives the tag.
 */
export type Data =
  /** 0 */
  | { readonly type: 'null-data' }
  /** 1, 2 */
  | { readonly type: 'array' | 'structure'; readonly items: readonly Data[] }
  /** 3 */
  | { readonly type: 'boolean'; readonly value: boolean }
  /** 4: bits as digits, the first one first: '1011'. */
  | { readonly type: 'bit-string'; readonly bits: string }
  /** 5 i32, 6 u32, 15 i8, 16 i16, 17 u8, 18 u16, 22 enum, 23 and 24 floats. */
  | { readonly type: NumberType; readonly value: number }
  /** 20, 21 */
  | { readonly type: 'long64' | 'long64-unsigned'; readonly value: bigint }
  /** 9, 13; and 25 (12 octets), 26 (5), 27 (4), which travel without a length. */
  | { readonly type: BytesType; readonly bytes: Uint8Array }
  /** 10, 12 */
  | { readonly type: 'visible-string' | 'utf8-string'; readonly text: string }
  /** 19: expanded when it is read, so that a reader needs no description; never written by us. */
  | { readonly type: 'compact-array'; readonly items: readonly Data[] }
  /** 255 */
  | { readonly type: 'dont-care' };

export type NumberType =
  | 'double-long'
  | 'double-long-unsigned'
  | 'integer'
  | 'long'
  | 'unsigned'
  | 'long-unsigned'
  | 'enum'
  | 'float32'
  | 'float64';

export type BytesType = 'octet-string' | 'bcd' | 'date-time' | 'date' | 'time';

export type DataType = Data['type'];

export const NULL_DATA: Data = { type: 'null-data' };

export function structure(...items: readonly Data[]): Data {
  return { type: 'structure', items };
}

export function array(items: readonly Data[]): Data {
  return { type: 'array', items };
}

export function octetString(bytes: Uint8Array): Data {
  return { type: 'octet-string', bytes };
}

/** A number of one of the number types: `number('long-unsigned', 8)`. */
export function number(type: NumberType, value: number): Data {
  return { type, value };
}

/** The elements of a structure or array of so many (where it is told); null when it is none. */
export function elementsOf(data: Data | null | undefined, count?: number): readonly Data[] | null {
  if (data === null || data === undefined || !('items' in data)) return null;
  return count === undefined || data.items.length === count ? data.items : null;
}

/** The number in a value of a number type; null where there is none. */
export function numberIn(data: Data | null | undefined): number | null {
  if (data === null || data === undefined || !('value' in data)) return null;
  return typeof data.value === 'number' ? data.value : null;
}
