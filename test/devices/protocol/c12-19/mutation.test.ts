import { expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import {
  decodeTable,
  describeTable,
  encodeTable,
  locateElements,
  tableLayout,
} from '../../../../devices/protocol/c12-19/tables.ts';
import type { TableContext, TableValue } from '../../../../devices/protocol/c12-19/tables.ts';
import fc from 'fast-check';
import { arbitraryOf } from './arbitrary.ts';
import { CONTEXTS, tablesOf } from './contexts.ts';

/** A million byte strings against the decoder: seeded, so that a failure can be had again. */
const STRINGS = 1_000_000;
const SEED = 0x0c12_0019;
/** Every so many strings, what was read is also written back, described and looked up. */
const FULL_CHECK_EVERY = 32;
const MILLISECONDS_AT_MOST = 120_000;

/** Xorshift: a fast draw of 32 bits. */
function drawer(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

interface Subject {
  readonly table: number;
  readonly context: TableContext;
  /** A good table, from which mutated ones are made. */
  readonly good: Uint8Array;
}

const SUBJECTS: readonly Subject[] = CONTEXTS.flatMap(({ context }) =>
  tablesOf(context).map((table) => {
    const [value] = fc.sample(arbitraryOf(table, tableLayout(table), context), {
      numRuns: 1,
      seed: SEED,
    });
    if (value === undefined) throw new Error(`ST${table}: no value drawn`);
    return { table, context, good: encodeTable(table, value, context) };
  }),
);

/** Random bytes, or the good ones cut, lengthened, or with up to three bytes changed. */
function bytesFor(good: Uint8Array, draw: () => number): Uint8Array {
  const way = draw() % 8;
  if (way === 0) return filled(draw() % 40, draw);
  if (way === 1) return good.slice(0, draw() % (good.length + 1));
  if (way === 2) return Uint8Array.of(...good, draw() & 0xff);
  if (way === 3) return filled(good.length, draw);
  const bytes = good.slice();
  for (let changes = 1 + (draw() % 3); changes > 0 && bytes.length > 0; changes--) {
    bytes[draw() % bytes.length] = draw() & 0xff;
  }
  return bytes;
}

function filled(length: number, draw: () => number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = draw() & 0xff;
  return bytes;
}

test(
  'a million random and mutated tables are read or refused with a CodecError, never anything else',
  () => {
    const draw = drawer(SEED);
    const counts = { read: 0, refused: 0 };
    // Of a million errors none is looked at: their stacks would cost more than the decoder.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      for (let run = 0; run < STRINGS; run++) {
        const subject = SUBJECTS[draw() % SUBJECTS.length];
        if (subject === undefined) throw new Error('no subject');
        const bytes = bytesFor(subject.good, draw);
        const value = read(subject, bytes);
        if (value === undefined) counts.refused++;
        else {
          counts.read++;
          if (run % FULL_CHECK_EVERY === 0) check(subject, bytes, value, draw);
        }
      }
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
    expect(counts.read + counts.refused).toBe(STRINGS);
    // Neither side may be an accident: both happen in great numbers.
    expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(STRINGS / 5);
  },
  MILLISECONDS_AT_MOST,
);

test('limits that promise nothing a million times are refused at once', () => {
  const [recorded] = CONTEXTS;
  const nothing: TableContext = {
    ...recorded?.context,
    21: {
      REG_FUNC1_FLAGS: {
        SEASON_INFO_FIELD_FLAG: false,
        DATE_TIME_FIELD_FLAG: false,
        DEMAND_RESET_CTR_FLAG: false,
        CUM_DEMAND_FLAG: false,
        CONT_CUM_DEMAND_FLAG: false,
      },
      REG_FUNC2_FLAGS: { SELF_READ_SEQ_NBR_FLAG: false },
      NBR_SELF_READS: 255,
      NBR_SUMMATIONS: 0,
      NBR_DEMANDS: 255,
      NBR_COIN_VALUES: 255,
      NBR_OCCUR: 0,
      NBR_TIERS: 255,
    },
  };
  // Head of the list, and 255 x 256 x 510 records without a byte.
  expect(() => decodeTable(26, new Uint8Array(6), nothing)).toThrow('elements of no size');
});

function read({ table, context }: Subject, bytes: Uint8Array): TableValue | undefined {
  try {
    return decodeTable(table, bytes, context);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw new Error(`ST${table} of ${Buffer.from(bytes).toString('hex')}`, { cause: error });
  }
}

function check(subject: Subject, bytes: Uint8Array, value: TableValue, draw: () => number): void {
  const { table, context } = subject;
  const hex = Buffer.from(bytes).toString('hex');
  // A float that is no number comes back as another one; its length is the same.
  const written = encodeTable(table, value, context);
  if (written.length !== bytes.length) throw new Error(`ST${table}: ${hex} changed its length`);
  describeTable(table, value, context);
  const index = [draw() % 6, draw() % 3, draw() % 3].slice(0, 1 + (draw() % 3));
  const located = locateElements(table, tableLayout(table), bytes, context, index, draw() % 3);
  if (located !== 'onp' && located.offset + located.count > bytes.length) {
    throw new Error(`ST${table}: [${index.join(', ')}] lies beyond ${hex}`);
  }
}
