import { describe, expect, test } from 'vitest';
import type { Defect } from '../../devices/defects/defect.ts';
import { runInMemory, turned } from '../../harness/main/memory-run.ts';

/** The law: with one defect what must turn turns, what may turn may, and nothing else does. */
export function eachTurnsItsOwn(defects: readonly Defect[]): void {
  describe('every defect turns its own verdicts and no other', () => {
    test.each(defects.map((defect) => [defect.id, defect] as const))('%s', async (id, defect) => {
      const { judgement } = await runInMemory('quick', { defect: id });
      const seen = turned(judgement);
      expect([...seen]).toEqual(expect.arrayContaining([...defect.mustTurn]));
      const permitted = [...defect.mustTurn, ...defect.mayTurn];
      expect([...seen].filter((requirement) => !permitted.includes(requirement))).toEqual([]);
      expect(judgement.exitCode).toBe(1);
    });
  });
}
