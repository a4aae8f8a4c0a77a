import { z } from 'zod';

/** What a text must hold, so that an `answer` of the step can be expected. */
export const expectedPattern = z
  .string()
  .min(1)
  .refine((pattern) => isPattern(pattern), {
    error: ({ input }) => `"${String(input)}" is no regular expression`,
  })
  .describe('A regular expression for the text; the step is answered: accepted when it is found.')
  .optional();

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
