import { describe, expect, test } from 'vitest';
import { runInMemory } from '../../harness/main/memory-run.ts';

/** Wall time: two processes, a fleet and thirty seconds of storm. */
const WITHIN_MS = 120_000;
const KILLED = 'outage/head-end-killed';

describe('a head-end that is killed in the middle of a storm', () => {
  test(
    'has everything that it acknowledged',
    async () => {
      const { judgement } = await runInMemory(KILLED, { wallTime: true });
      const told = judgement.verdicts.map(({ requirement, verdict, reason }) => [
        requirement,
        verdict,
        verdict === 'pass' ? '' : reason,
      ]);
      expect(told).toEqual([['OUT-10', 'pass', '']]);
    },
    WITHIN_MS,
  );

  test(
    'is found out when it acknowledges before it stores',
    async () => {
      const defect = 'acknowledged-before-stored';
      const { judgement } = await runInMemory(KILLED, { wallTime: true, defect });
      expect(judgement.verdicts).toMatchObject([
        { requirement: 'OUT-10', verdict: 'fail', blame: 'head-end' },
      ]);
      // One that took in an alarm less than it acknowledged, not one that acknowledged nothing.
      expect(judgement.verdicts[0]?.reason).toContain(
        'headEnd.alarms = 0, meter.alarmsAcknowledged = 1',
      );
    },
    WITHIN_MS,
  );
});
