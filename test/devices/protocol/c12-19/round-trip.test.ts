import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import {
  decodeTable,
  encodeTable,
  tableLayout,
} from '../../../../devices/protocol/c12-19/tables.ts';
import { arbitraryOf } from './arbitrary.ts';
import { CONTEXTS, TABLES, tablesOf } from './contexts.ts';

test('the tables that a meter must serve have a layout', () => {
  expect(TABLES).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 25, 26, 27, 28, 50,
    51, 52, 53, 54, 55, 56, 60, 61, 62, 63, 64, 65, 66, 67, 70, 71, 72, 73, 74, 75, 76,
  ]);
});

describe.each(CONTEXTS)('$name', ({ context }) => {
  const served = tablesOf(context);

  test.each(served)('ST%i comes back as it was written', (table) => {
    fc.assert(
      fc.property(arbitraryOf(table, tableLayout(table), context), (value) => {
        const bytes = encodeTable(table, value, context);
        expect(decodeTable(table, bytes, context)).toEqual(value);
      }),
      { seed: table, numRuns: 30 },
    );
  });

  test.each(served)('ST%i that is cut anywhere is refused', (table) => {
    // What a procedure takes and gives has no length of its own: only the head can be cut.
    const rest = table === 7 ? 3 : table === 8 ? 4 : Infinity;
    fc.assert(
      fc.property(arbitraryOf(table, tableLayout(table), context), (value) => {
        const bytes = encodeTable(table, value, context);
        for (let length = 0; length < Math.min(bytes.length, rest); length++) {
          expect(() => decodeTable(table, bytes.subarray(0, length), context)).toThrow(CodecError);
        }
      }),
      { seed: table, numRuns: 3 },
    );
  });
});
