import { z } from 'zod';
import { loadDocument } from '../document/document.ts';
import type { Loaded } from '../document/mistake.ts';

/**
 * What no bench of ours can decide, and what a person may answer for with evidence: wholly, or in the
 * part that wants a chamber. The list is closed: whatever else is declared would hide a hole.
 */
export const DECLARABLE: ReadonlyMap<string, 'whole' | 'in part'> = new Map([
  ['MNT-12', 'whole'], // lifetime
  ['DIA-07', 'whole'], // radio power
  ['SEC-07', 'whole'], // debugging ports of the board
  ['MNT-02', 'whole'], // cleaning
  ['MNT-01', 'whole'], // thermography
  ['FWL-13', 'whole'], // dispatch
  ['FWL-14', 'in part'], // a tool's programs
  ['OUT-09', 'in part'], // a climatic chamber
]);

/** A statement that somebody answers for, as it is written. */
export interface WrittenEvidence {
  readonly requirement: string;
  readonly statement: string;
  readonly by: string;
  /** Day of the statement, YYYY-MM-DD. */
  readonly on: string;
  /** What it rests on, relative to the file's folder; undefined when the word alone must do. */
  readonly document?: string | undefined;
}

const text = z.string().min(1);

const evidenceFileSchema = z
  .strictObject({
    evidence: z
      .array(
        z.strictObject({
          requirement: z.string().refine((id) => DECLARABLE.has(id), {
            error: ({ input }) =>
              `${String(input)} may not be declared; only ${[...DECLARABLE.keys()].join(', ')} may, which no bench can decide`,
          }),
          statement: text.describe('What is declared, in a sentence.'),
          by: text.describe('Who answers for it.'),
          on: z.iso.date({ error: () => 'a day, as 2026-11-27' }),
          document: text.optional().describe('What it rests on; its SHA-256 goes into the plan.'),
        }),
      )
      .min(1),
  })
  .transform(({ evidence }): readonly WrittenEvidence[] => evidence);

/** Loads an *.evidence.yaml; `file` names it in mistakes. */
export function loadEvidence(file: string, written: string): Loaded<readonly WrittenEvidence[]> {
  return loadDocument(file, written, evidenceFileSchema);
}
