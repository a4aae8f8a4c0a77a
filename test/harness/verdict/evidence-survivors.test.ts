import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../harness/journal/entry.ts';
import { runInMemory } from '../../../harness/main/memory-run.ts';
import { recordOf } from '../../../harness/verdict/case-record.ts';
import { caseRows } from '../../../harness/verdict/case-rows.ts';
import { type CaseJudge, evidenceSurvivors } from '../../../harness/verdict/evidence-survivors.ts';

const honest: CaseJudge = (planned, plan, lines) =>
  caseRows(recordOf(planned, plan, lines), { kind: 'ran' }, plan);

async function entriesOf(scenario: string): Promise<readonly Entry[]> {
  return (await runInMemory(scenario)).entries;
}

/** Decides by what it saw when it was asked for the first time. */
function stubborn(): CaseJudge {
  const first = new Map<string, ReturnType<CaseJudge>>();
  return (planned, plan, lines) => {
    const rows = first.get(planned.key) ?? honest(planned, plan, lines);
    first.set(planned.key, rows);
    return rows;
  };
}

/** Passes without saying on what. */
const vague: CaseJudge = (...asked) => honest(...asked).map((row) => ({ ...row, evidence: [] }));

describe('no pass survives what it rests on', () => {
  test.each(['outage/last-gasp', 'outage/durations', 'clock-sync/residual', 'outage/feeder'])(
    '%s',
    async (scenario) => {
      expect(evidenceSurvivors(await entriesOf(scenario))).toEqual([]);
    },
  );

  test('a judge who does not look again is found out, by deleting and by delaying', async () => {
    const survivors = evidenceSurvivors(await entriesOf('outage/last-gasp'), stubborn());
    expect(new Set(survivors.map(({ way }) => way))).toEqual(new Set(['deleted', 'delayed']));
    expect(survivors.map(({ requirement }) => requirement)).toContain('OUT-01');
  });

  test('a judge who cites nothing is found out', async () => {
    const survivors = evidenceSurvivors(await entriesOf('outage/last-gasp'), vague);
    expect(survivors.map(({ way }) => way)).toContain('deleted');
  });
});
