import { describe, expect, test } from 'vitest';
import { compose, DEFAULT_SETTINGS } from '../../../harness/main/compose.ts';
import { runInMemory } from '../../../harness/main/memory-run.ts';
import { reportOf } from '../../../reports/report.ts';

const BOUNDARIES = 'clock-sync/boundaries';

async function keys(target: string, chosen: string): Promise<readonly string[]> {
  const { plan } = await compose(target, { ...DEFAULT_SETTINGS, chosen });
  return plan.cases.map(({ key }) => key);
}

describe('--case', () => {
  test('keeps the cases with the text in their key, and no other', async () => {
    const all = await keys('accuracy/load-points', 'current=');
    expect(await keys('accuracy/load-points', 'current=30 A')).toEqual([
      'accuracy/load-points#current=30 A',
    ]);
    expect(all).toHaveLength(3);
  });

  test('takes the stars and question marks of a glob, and everything else as it is', async () => {
    expect(await keys('accuracy/load-points', '*#current=?5 A')).toEqual([
      'accuracy/load-points#current=15 A',
    ]);
    expect(await keys(BOUNDARIES, '*deviation=+*')).not.toEqual([]);
    await expect(keys('accuracy/load-points', 'current=?5 A')).rejects.toThrow('no case is called');
  });

  test('refuses a pattern that nothing fits, and lists some of what there is', async () => {
    const refused = keys('accuracy/load-points', '31 A');
    await expect(refused).rejects.toMatchObject({ exitCode: 3 });
    await expect(refused).rejects.toThrow('accuracy/load-points#current=30 A');
  });

  test('lists at most twelve', async () => {
    const refused = keys('acceptance', 'no such case').catch((error: Error) => error.message);
    const lines = String(await refused).split('\n');
    expect(lines).toHaveLength(14);
    expect(lines.at(-1)).toMatch(/^ {2}and \d+ more$/);
  });

  test('what only the cases left out would have decided is no hole in the scenario', async () => {
    const { plan, judgement, entries } = await runInMemory(BOUNDARIES, { chosen: 'deviation=0 s' });
    expect(plan.cases).toHaveLength(1);
    expect(judgement.exitCode).toBe(0);
    expect(reportOf(entries).remarks).toEqual([expect.stringContaining('"deviation=0 s"')]);
  });
});
