import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeRecord } from '../../../../devices/protocol/c12-19/codec.ts';
import { formatsFor } from '../../../../devices/protocol/c12-19/formats.ts';
import type {
  FieldValue,
  Layout,
  Scope,
  TableContext,
  TableValue,
} from '../../../../devices/protocol/c12-19/layout.ts';
import {
  encodeTable,
  locateElements,
  tableLayout,
} from '../../../../devices/protocol/c12-19/tables.ts';
import { arbitraryOf } from './arbitrary.ts';
import { CONTEXTS, tablesOf } from './contexts.ts';

const [recorded] = CONTEXTS;
if (recorded === undefined) throw new Error('no context');

describe('ST23 of a meter with a counter, times and one tier', () => {
  const { context } = recorded;
  const block = {
    SUMMATIONS: [1, 2],
    DEMANDS: [{ EVENT_TIME: [null, null], CUM_DEMAND: 3, CONT_CUM_DEMAND: 4, DEMAND: [5, 6] }],
    COINCIDENTS: [{ COINCIDENT_VALUES: [7, 8] }],
  };
  const value = { NBR_DEMAND_RESETS: 9, TOT_DATA_BLOCK: block, TIER_DATA_BLOCK: [block] };
  const bytes = encodeTable(23, value, context);
  const locate = (index: readonly number[], elements = 1) =>
    locateElements(23, tableLayout(23), bytes, context, index, elements);
  // One block: 2 INT48, 2 STIME, 2 INT48, 2 INT32, 2 INT32.
  const BLOCK = 12 + 10 + 12 + 8 + 8;

  test.each([
    ['the counter', [0], 1, 0, 1],
    ['no elements are one', [0], 0, 0, 1],
    ['the whole block', [1], 1, 1, BLOCK],
    ['the first sum', [1, 0, 0], 1, 1, 6],
    ['both sums by their elements', [1, 0, 0], 2, 1, 12],
    ['the second sum', [1, 0, 1], 1, 7, 6],
    ['the first demand', [1, 1, 0], 1, 13, 30],
    ['the second time', [1, 1, 0, 0, 1], 1, 18, 5],
    ['the greatest demand', [1, 1, 0, 3, 0], 1, 35, 4],
    ['a coincident value of the tier', [2, 0, 2, 0, 0, 1], 1, 1 + 2 * BLOCK - 4, 4],
    ['the rest of the table', [0], 3, 0, 1 + 2 * BLOCK],
  ])('%s', (_, index, elements, offset, count) => {
    expect(locate(index, elements)).toEqual({ offset, count });
  });

  test.each([
    ['no path', [], 1],
    ['a field too far', [3], 1],
    ['an element too far', [1, 0, 2], 1],
    ['more elements than there are', [1, 0, 1], 2],
    ['below a number', [0, 0], 1],
    ['below a time', [1, 1, 0, 0, 1, 0], 1],
  ])('not possible: %s', (_, index, elements) => {
    expect(locate(index, elements)).toBe('onp');
  });
});

test('a field whose condition does not hold counts, but is not there', () => {
  const { context } = recorded;
  const without: TableContext = {
    ...context,
    21: { ...context[21], REG_FUNC1_FLAGS: { TIME_REMAINING_FLAG: false } },
  };
  const value = {
    PRESENT_DEMAND: [{ DEMAND_VALUE: 1 }, { DEMAND_VALUE: 2 }],
    PRESENT_VALUE: [3, 4],
  };
  const bytes = encodeTable(28, value, without);
  const locate = (index: readonly number[]) =>
    locateElements(28, tableLayout(28), bytes, without, index, 1);
  expect(locate([0, 1, 0])).toBe('onp');
  expect(locate([0, 1, 1])).toEqual({ offset: 4, count: 4 });
});

test('flags and sets end the path, characters do not', () => {
  const { context } = recorded;
  const status = { ED_MODE: {}, ED_STD_STATUS1: {}, ED_STD_STATUS2: 0, ED_MFG_STATUS: '0102' };
  const bytes = encodeTable(3, status, context);
  const inStatus = (index: readonly number[]) =>
    locateElements(3, tableLayout(3), bytes, context, index, 1);
  expect(inStatus([1])).toEqual({ offset: 1, count: 2 });
  expect(inStatus([1, 6])).toBe('onp');
  expect(inStatus([3, 1])).toEqual({ offset: 5, count: 1 });
  const events = { STD_EVENTS_SUPPORTED: [1, 9], MFG_EVENTS_SUPPORTED: [] };
  const eventBytes = encodeTable(72, events, context);
  const inEvents = (index: readonly number[]) =>
    locateElements(72, tableLayout(72), eventBytes, context, index, 1);
  expect(inEvents([0])).toEqual({ offset: 0, count: 2 });
  expect(inEvents([0, 1])).toBe('onp');
});

/** Every index path of a value, with its layout: the reader's view, not the locator's. */
interface Leaf {
  readonly index: readonly number[];
  readonly layout: Layout;
  readonly value: FieldValue;
}

function pathsOf(leaf: Leaf, scope: Scope): readonly Leaf[] {
  const { index, layout, value } = leaf;
  const inner = (): readonly Leaf[] => {
    if (layout.kind === 'array') {
      return (value as readonly FieldValue[]).map((one, at) => ({
        index: [...index, at],
        layout: layout.of,
        value: one,
      }));
    }
    if (layout.kind === 'record') {
      return layout.fields.flatMap((field, at) => {
        const one = (value as TableValue)[field.name];
        return one === undefined
          ? []
          : [{ index: [...index, at], layout: field.layout, value: one }];
      });
    }
    return [];
  };
  if (layout.kind === 'choice') return pathsOf({ ...leaf, layout: layout.choose(scope) }, scope);
  return inner().flatMap((one) => [one, ...pathsOf(one, scope)]);
}

describe.each(CONTEXTS)('$name', ({ context }) => {
  test.each(tablesOf(context))(
    'ST%i: each located range is the encoding of its element alone, and fields tile the table',
    (table) => {
      const layout = tableLayout(table);
      fc.assert(
        fc.property(arbitraryOf(table, layout, context), (value) => {
          const bytes = encodeTable(table, value, context);
          const formats = formatsFor(table, context);
          let reached = 0;
          for (const leaf of pathsOf(
            { index: [], layout, value },
            { tables: context, self: value },
          )) {
            // The element alone: a record of one field, beside the table's own fields for sizes.
            const alone = encodeRecord(
              { kind: 'record', fields: [{ name: '*', layout: leaf.layout }] },
              { ...value, '*': leaf.value },
              context,
              formats,
            );
            const located = locateElements(table, layout, bytes, context, leaf.index, 1);
            // What has no bytes cannot be read; everything else is where its bytes are.
            const bytesOf =
              located === 'onp'
                ? new Uint8Array()
                : bytes.subarray(located.offset, located.offset + located.count);
            expect(bytesOf).toEqual(alone);
            if (leaf.index.length > 1 || located === 'onp') continue;
            expect(located.offset).toBe(reached);
            reached += located.count;
          }
          expect(reached).toBe(bytes.length);
        }),
        { seed: table, numRuns: 4 },
      );
    },
  );
});
