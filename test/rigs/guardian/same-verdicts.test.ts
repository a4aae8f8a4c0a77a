import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInMemory } from '../../../harness/main/memory-run.ts';
import { renderRun } from '../../../reports/write.ts';
import { NO_PTY } from '../driver/far-end.ts';
import { startRun } from './runner.ts';
import { type ServedBenchProcess, serveBench } from './served-bench.ts';

/** One scenario file, on the simulated rig and on a real one: real ports, a real clock, a guardian. */

const SCENARIO = 'accuracy/load-points';
const CASE = 'accuracy/load-points#current=60 A';

let bench: ServedBenchProcess;
beforeAll(async () => {
  bench = await serveBench({ ports: NO_PTY ? 'tcp' : 'pty' });
});
afterAll(() => bench.stop());

test('a scenario has the same verdicts in wall time over ptys as in simulated time', async ({
  skip,
}) => {
  skip(NO_PTY, 'no socat');
  const simulated = await runInMemory(SCENARIO, { rig: 'desk', chosen: CASE });
  const end = await startRun(bench, 'run', SCENARIO, '--case', CASE).ended;
  expect(end).toMatchObject({ code: 0 });
  const { judgement } = renderRun(end.folder);
  const told = ({ verdicts }: typeof judgement) =>
    verdicts.map(({ requirement, verdict, case: name, limit }) => ({
      requirement,
      verdict,
      name,
      limit,
    }));
  expect(told(judgement)).toEqual(told(simulated.judgement));
  expect(judgement.rigSafe).toBe('verified');
  expect(judgement.verdicts.map(({ verdict }) => verdict)).toContain('pass');
}, 300_000);
