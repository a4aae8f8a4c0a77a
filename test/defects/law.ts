import { describe, expect, test } from 'vitest';
import type { Defect } from '../../devices/defects/defect.ts';
import { blinded, runInMemory, turned } from '../../harness/main/memory-run.ts';

/**
 * The law: with one defect what must turn turns, what may turn may, and nothing else does; what must
 * be blind is decided neither way.
 */
export function eachTurnsItsOwn(defects: readonly Defect[]): void {
  describe('every defect turns its own verdicts and no other', () => {
    test.each(defects.map((defect) => [defect.id, defect] as const))('%s', async (id, defect) => {
      const { judgement } = await runInMemory('quick', { defect: id });
      const seen = turned(judgement);
      expect([...seen]).toEqual(expect.arrayContaining([...defect.mustTurn]));
      const permitted = [...defect.mustTurn, ...defect.mayTurn];
      expect([...seen].filter((requirement) => !permitted.includes(requirement))).toEqual([]);
      const { mustBlind = [] } = defect;
      expect([...blinded(judgement)]).toEqual(expect.arrayContaining([...mustBlind]));
      expect(judgement.exitCode).toBe(defect.mustTurn.length > 0 ? 1 : 2);
    });
  });
}
