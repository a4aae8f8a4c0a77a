import fc from 'fast-check';
import { formatsFor } from '../../../../devices/protocol/c12-19/formats.ts';
import type { Formats } from '../../../../devices/protocol/c12-19/formats.ts';
import type {
  FieldValue,
  Layout,
  Scope,
  Size,
  TableContext,
  TableValue,
} from '../../../../devices/protocol/c12-19/layout.ts';
import { toHex } from '../../../../devices/protocol/bytes/hex.ts';

/** Values of a table, made by walking its layout: nothing here knows any table. */
export function arbitraryOf(
  table: number,
  layout: Layout,
  context: TableContext,
): fc.Arbitrary<TableValue> {
  if (layout.kind !== 'record') throw new Error('a table is a record');
  const formats = formatsFor(table, context);
  // Sizes may depend on the fields before: each is drawn with those in sight.
  return layout.fields.reduce<fc.Arbitrary<TableValue>>(
    (earlier, field) =>
      earlier.chain((self) => {
        const scope = { tables: context, self };
        if (field.when !== undefined && !field.when(scope)) return fc.constant(self);
        return arbitrary(field.layout, scope, formats).map((value) => ({
          ...self,
          [field.name]: value,
        }));
      }),
    fc.constant({}),
  );
}

function arbitrary(layout: Layout, scope: Scope, formats: Formats): fc.Arbitrary<FieldValue> {
  switch (layout.kind) {
    case 'uint':
      return fc.nat(2 ** (8 * layout.bytes) - 1);
    case 'int': {
      const half = 2 ** (8 * layout.bytes - 1);
      return fc.integer({ min: -half, max: half - 1 });
    }
    case 'text':
      return characters(sizeOf(layout.length, scope)).map((text) => withoutEnd(text, layout.pad));
    case 'octets': {
      const length = sizeOf(layout.length, scope);
      return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => toHex(bytes));
    }
    case 'rest':
      return fc.uint8Array({ maxLength: 20 }).map((bytes) => toHex(bytes));
    case 'bits':
      return fc.record(
        Object.fromEntries(
          Object.entries(layout.fields).map(([name, place]) => [
            name,
            typeof place === 'number' ? fc.boolean() : fc.nat(2 ** (place[1] - place[0] + 1) - 1),
          ]),
        ),
      );
    case 'set': {
      const elements = 8 * sizeOf(layout.length, scope);
      if (elements === 0) return fc.constant([]);
      return fc.uniqueArray(fc.nat(elements - 1), { maxLength: 12 }).map((list) => ascending(list));
    }
    case 'ltime':
      return formats.time === 0 ? fc.constant(null) : instants(1_000);
    case 'stime':
      return formats.time === 0 ? fc.constant(null) : instants(formats.time === 4 ? 1_000 : 60_000);
    case 'time':
      return formats.time === 0 ? fc.constant(null) : fc.nat(86_399);
    case 'date':
      if (formats.time === 0) return fc.constant(null);
      return fc.oneof(instants(86_400_000).map(dayText), fc.constantFrom(null, 'unused'));
    case 'ni':
      return numbers(layout.format === 1 ? formats.ni1 : formats.ni2);
    case 'array': {
      const length = sizeOf(layout.count, scope);
      const of = arbitrary(layout.of, scope, formats);
      return fc.array(of, { minLength: length, maxLength: length });
    }
    case 'record': {
      const present = layout.fields.filter(({ when }) => when === undefined || when(scope));
      return fc.record(
        Object.fromEntries(
          present.map((field) => [field.name, arbitrary(field.layout, scope, formats)]),
        ),
      );
    }
    case 'choice':
      return arbitrary(layout.choose(scope), scope, formats);
  }
}

const FIRST_MS = Date.UTC(2000, 0, 2);
const LAST_MS = Date.UTC(2089, 11, 31);

/** Multiples of `unitMs` that every format of time can hold. */
function instants(unitMs: number): fc.Arbitrary<number> {
  return fc
    .integer({ min: Math.ceil(FIRST_MS / unitMs), max: Math.floor(LAST_MS / unitMs) })
    .map((units) => units * unitMs);
}

function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Register numbers by NI_FORMAT, as NIST's header lists them. */
const NUMBERS: readonly fc.Arbitrary<FieldValue>[] = [
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  characters(12),
  characters(6),
  integers(4).map((value) => Number(value) / 10_000),
  fc.nat(999_999),
  fc.nat(9_999),
  integers(3).map(Number),
  integers(4).map(Number),
  integers(5).map(Number),
  integers(6).map(Number),
  integers(8).map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value))),
  fc.nat(99_999_999),
  characters(21),
];

function numbers(format: number): fc.Arbitrary<FieldValue> {
  const found = NUMBERS[format];
  if (found === undefined) throw new Error(`NI_FORMAT ${format} has no numbers`);
  return found;
}

function integers(bytes: number): fc.Arbitrary<bigint> {
  const half = 1n << BigInt(8 * bytes - 1);
  return fc.bigInt({ min: -half, max: half - 1n });
}

function characters(length: number): fc.Arbitrary<string> {
  return fc
    .array(fc.nat(255), { minLength: length, maxLength: length })
    .map((codes) => String.fromCharCode(...codes));
}

function withoutEnd(text: string, pad: string): string {
  let end = text.length;
  while (text[end - 1] === pad) end--;
  return text.slice(0, end);
}

function ascending(list: readonly number[]): number[] {
  return list.toSorted((a, b) => a - b);
}

function sizeOf(size: Size, scope: Scope): number {
  return typeof size === 'number' ? size : size(scope);
}
