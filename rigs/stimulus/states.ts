import { z } from 'zod';
import { BenchError } from '../port/bench.ts';

/** States of a stimulus in a rig file; each is one word, as lines and prompts carry them. */
export const stimulusStates = z
  .array(
    z.string().regex(/^[A-Za-z][\w-]*$/, {
      error: ({ input }) => `"${String(input)}" cannot be a state: one word, a letter first`,
    }),
  )
  .min(2)
  .refine((states) => new Set(states).size === states.length, { error: () => 'a state is twice' })
  .describe('The states; the first is rest, in which the meter is left alone.');

/** @throws BenchError (scenario) for a state that the stimulus has not */
export function knownState(name: string, states: readonly string[], state: string): void {
  if (states.includes(state)) return;
  throw new BenchError('scenario', `${name} has no state "${state}"; it has ${states.join(', ')}`);
}
