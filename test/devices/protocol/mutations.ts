import { CodecError } from '../../../devices/protocol/bytes/codec-error.ts';
import { SeededBytes } from './seeded-bytes.ts';

/** Inputs for each codec; METERBENCH_PROPERTY_RUNS for fewer, or more. */
export const MUTATIONS = Number(process.env['METERBENCH_PROPERTY_RUNS'] ?? 1_000_000);

const LONGEST = 96;
/** One input in so many is nothing but random. */
const RANDOM_EVERY = 8;

/** What became of many inputs. */
export interface Outcomes {
  taken: number;
  refused: number;
}

/**
 * Runs a codec over random and mutated inputs. Anything thrown but its own error goes on, with the
 * input.
 * @param corpus good inputs, from which mutated ones are made
 * @param decode the codec; it may throw a CodecError and nothing else
 */
export function mutate(
  seed: number,
  corpus: readonly Uint8Array[],
  decode: (bytes: Uint8Array, random: SeededBytes) => void,
): Outcomes {
  const random = new SeededBytes(seed);
  const outcomes = { taken: 0, refused: 0 };
  // Most inputs are refused, and nobody reads where: without stacks it takes a third of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    for (let turn = 0; turn < MUTATIONS; turn++) {
      const isRandom = random.below(RANDOM_EVERY) === 0;
      const bytes = isRandom
        ? random.bytes(random.below(LONGEST))
        : random.mutated(random.one(corpus));
      outcomes[outcomeOf(decode, bytes, random)]++;
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return outcomes;
}

function outcomeOf(
  decode: (bytes: Uint8Array, random: SeededBytes) => void,
  bytes: Uint8Array,
  random: SeededBytes,
): keyof Outcomes {
  try {
    decode(bytes, random);
    return 'taken';
  } catch (error) {
    if (error instanceof CodecError) return 'refused';
    throw new Error(`input ${Buffer.from(bytes).toString('hex')}`, { cause: error });
  }
}
