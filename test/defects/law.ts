import { describe, expect, test } from 'vitest';
import type { Defect } from '../../devices/defects/defect.ts';
import { type CleanRun, recordClean } from '../../harness/main/selftest/clean-run.ts';
import { selectionFor } from '../../harness/main/selftest/matrix.ts';
import { type DefectOutcome, outcomeOf } from '../../harness/main/selftest/summary.ts';
import runCases from '../../harness/main/selftest/worker.ts';

/**
 * The law: with one defect what must turn turns, what may turn may, and nothing else does; what must
 * be blind is decided neither way. Cases that ask none of its rules are not run, but for a few.
 */
export function eachTurnsItsOwn(defects: readonly Defect[]): void {
  describe('every defect turns its own verdicts and no other', () => {
    let recorded: Promise<CleanRun> | null = null;
    const clean = (): Promise<CleanRun> => (recorded ??= recordClean('quick', 1));
    test.each(defects.map((defect) => [defect.id, defect] as const))('%s', async (_, defect) => {
      const { missed, cross, unforeseen } = await outcome(defect, await clean());
      expect({ missed, cross, unforeseen }).toEqual({ missed: [], cross: [], unforeseen: [] });
    });
  });
}

async function outcome(defect: Defect, clean: CleanRun): Promise<DefectOutcome> {
  const selection = selectionFor(defect, clean);
  const cases = [...selection.reached, ...selection.checks];
  const { target, seed } = clean;
  const { rows } = await runCases({ target, seed, defect: defect.id, cases });
  return outcomeOf(defect, selection, rows, clean);
}
