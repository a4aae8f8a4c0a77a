/**
 * Index access: where in the bytes of a table an element stands. An index path counts from 0 on each
 * level: fields of a record in their order, whether they are present or not; elements of an array;
 * characters of a text and bytes of octets. Times, numbers, bit fields and sets are one element
 * each: below a byte there is no path.
 */
import { ByteWriter } from '../bytes/byte-writer.ts';
import { decodeRecord, encode, sizeOf } from './codec.ts';
import type { Work } from './codec.ts';
import { formatsFor } from './formats.ts';
import type { Layout, TableContext } from './layout.ts';

/** Bytes of a table that an index path names. */
export interface Located {
  readonly offset: number;
  readonly count: number;
}

/** An element with its value, as a place in the table. */
interface Element {
  readonly layout: Layout;
  readonly value: unknown;
  readonly present: boolean;
}

/** Place of the first byte of an element, and the element. */
interface Place {
  readonly offset: number;
  readonly element: Element;
}

/**
 * Offset and count of `elements` elements (0 is one) that follow each other on the last level of
 * `index`; 'onp' when there is no such element: beyond the end, a field whose condition does not
 * hold, a path below a byte.
 * @param table wire id; that of ST0 alone needs no context
 * @param layout of a record, such as {@link tableLayout} gives
 * @param bytes of the whole table
 * @throws CodecError when the bytes make no such table, or an earlier table is not in the context
 */
export function locateElements(
  table: number,
  layout: Layout,
  bytes: Uint8Array,
  context: TableContext,
  index: readonly number[],
  elements: number,
): Located | 'onp' {
  const formats = formatsFor(table, context);
  const value = decodeRecord(layout, bytes, context, formats);
  const work: Work = { scope: { tables: context, self: value }, formats };
  const levels = index.slice(0, -1);
  const last = index.at(-1);
  if (last === undefined) return 'onp';
  let place: Place = { offset: 0, element: { layout, value, present: true } };
  for (const position of levels) {
    const inner = placesIn(place, work, position, 1)?.[0];
    if (inner === undefined) return 'onp';
    place = inner;
  }
  const found = placesIn(place, work, last, Math.max(1, elements));
  const first = found?.[0];
  const end = found?.at(-1);
  if (first === undefined || end === undefined) return 'onp';
  const count = end.offset + sizeOfElement(end.element, work) - first.offset;
  // A field of no bytes (a time where the meter has no clock) cannot be read.
  return count === 0 ? 'onp' : { offset: first.offset, count };
}

/** `count` elements from `position` within an element; undefined when they are not all there. */
function placesIn(
  { offset, element }: Place,
  work: Work,
  position: number,
  count: number,
): readonly Place[] | undefined {
  const inner = elementsOf(element, work);
  if (inner === undefined || position + count > inner.length) return undefined;
  if (inner[position]?.present !== true) return undefined;
  const before = inner
    .slice(0, position)
    .reduce((bytes, earlier) => bytes + sizeOfElement(earlier, work), offset);
  let at = before;
  return inner.slice(position, position + count).map((one) => {
    const place = { offset: at, element: one };
    at += sizeOfElement(one, work);
    return place;
  });
}

/** The elements one level below; undefined where there is none. */
function elementsOf({ layout, value }: Element, work: Work): readonly Element[] | undefined {
  switch (layout.kind) {
    case 'record': {
      const fields = value as Readonly<Record<string, unknown>>;
      return layout.fields.map(({ name, layout: field, when }) => ({
        layout: field,
        value: fields[name],
        present: when === undefined || when(work.scope),
      }));
    }
    case 'array':
      return (value as readonly unknown[]).map((one) => ({
        layout: layout.of,
        value: one,
        present: true,
      }));
    case 'choice':
      return elementsOf({ layout: layout.choose(work.scope), value, present: true }, work);
    case 'text':
    case 'octets':
      return bytesAsElements(sizeOf(layout.length, work.scope));
    case 'rest':
      return bytesAsElements(String(value).length / 2);
    case 'uint':
    case 'int':
    case 'bits':
    case 'set':
    case 'ltime':
    case 'stime':
    case 'time':
    case 'date':
    case 'ni':
      return undefined;
  }
}

const ONE_BYTE: Element = { layout: { kind: 'uint', bytes: 1 }, value: 0, present: true };

function bytesAsElements(length: number): readonly Element[] {
  return Array.from({ length }, () => ONE_BYTE);
}

function sizeOfElement({ layout, value, present }: Element, work: Work): number {
  if (!present) return 0;
  const writer = new ByteWriter();
  encode(layout, value, writer, '', work);
  return writer.length;
}
