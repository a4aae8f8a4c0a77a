import { z } from 'zod';
import { loadDocument } from '../document/document.ts';
import type { Loaded } from '../document/mistake.ts';

const suiteSchema = z.strictObject({
  suite: z.string().min(1),
  scenarios: z
    .array(
      z
        .string()
        .regex(/\.yaml$/, { error: () => "a scenario file, relative to the suite's folder" }),
    )
    .min(1),
});

/** Scenarios that are run as one; paths are relative to the suite's folder. */
export interface Suite {
  readonly suite: string;
  readonly scenarios: readonly string[];
}

/** Loads a *.suite.yaml. */
export function loadSuite(file: string, text: string): Loaded<Suite> {
  return loadDocument(file, text, suiteSchema);
}
