import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { renderRun } from '../../../reports/write.ts';
import { command, output, rigCommand } from './commands.ts';
import { writeFigures } from './figures.ts';
import { HELD, offAfterMs, READING, recordOf, startRun, TIMED, WAITING } from './runner.ts';
import { type BenchWishes, type ServedBenchProcess, serveBench } from './served-bench.ts';

/** What goes wrong at a bench in use, against twins in a process of their own. */

const served: ServedBenchProcess[] = [];
afterEach(async () => {
  for (const bench of served.splice(0)) await bench.stop();
});

async function benchWith(wishes: BenchWishes = {}): Promise<ServedBenchProcess> {
  const bench = await serveBench(wishes);
  served.push(bench);
  return bench;
}

const WAITS = /"kind":"step-opened".*"step":"step-2"/;

const LIVE = /"kind":"step-opened".*"step":"step-3"/;

describe('Ctrl-C', () => {
  test.each([1, 2, 3])(
    '%i times: the bench is taken back, the run ends with 130',
    async (times) => {
      const bench = await benchWith();
      const run = startRun(bench, 'run');
      await run.line(LIVE);
      for (let count = 0; count < times; count++) run.child.kill('SIGINT');
      const { code, said, folder } = await run.ended;
      expect({ code, said }).toMatchObject({ code: 130 });
      expect(bench.milliVolts()).toBe(0);
      expect(renderRun(folder).judgement).toMatchObject({ rigSafe: 'verified', exitCode: 130 });
      expect(recordOf(bench)).toMatchObject({ holder: null, mayBeLive: null, quarantine: null });
    },
  );
});

test('Ctrl-C while a board times an outage waits until it cannot close any more', async () => {
  const bench = await benchWith({
    rig: (text) =>
      text
        .replace('driver: lcus', 'driver: modbus-rtu\n  timer: waveshare')
        .replace('channel: 1', 'address: 1\n  coil: 0')
        .replace('readback: none', 'readback: state'),
  });
  const run = startRun(bench, 'run', TIMED);
  await run.line(/"verified":"open"/);
  run.child.kill('SIGINT');
  const { code, said, folder } = await run.ended;
  expect({ code, said }).toMatchObject({ code: 130 });
  expect(renderRun(folder).judgement.rigSafe).toBe('verified');
  expect(recordOf(bench).quarantine).toBeNull();
});

describe('the guardian', () => {
  test('killed: the runner takes the bench back itself', async () => {
    const bench = await benchWith();
    const run = startRun(bench, 'run');
    await run.line(LIVE);
    const killedAtNs = Number(process.hrtime.bigint());
    const { holder } = recordOf(bench);
    if (holder === null) throw new Error('nobody guards the bench');
    process.kill(holder.guardianPid, 'SIGKILL');
    const { code, said, folder } = await run.ended;
    expect({ code, said }).toMatchObject({ code: 130 });
    expect(said).toContain('it is gone (SIGKILL)');
    expect(renderRun(folder).judgement).toMatchObject({ rigSafe: 'verified' });
    expect(bench.milliVolts()).toBe(0);
    const off = offAfterMs(bench, killedAtNs);
    writeFigures(
      'guardian',
      `Guardian killed: the socket was dead ${off?.toFixed(0)} ms after it.`,
    );
    // Nobody could write down that the bench is safe: the next run makes sure before anything else.
    expect(recordOf(bench).mayBeLive).not.toBeNull();
    const next = await startRun(bench, 'next').ended;
    expect(next).toMatchObject({ code: 0 });
    expect(next.said).toContain('the last run may have left it live: verified');
  });

  test('asked to let go by the run that holds the rig, makes it safe; by another, does nothing', async () => {
    const bench = await benchWith();
    const run = startRun(bench, 'run', WAITING);
    await run.line(WAITS);
    const holder = recordOf(bench).holder?.run ?? '';
    const refused = await command(bench, 'rig', 'release', bench.rigName, '--from', 'another');
    expect(refused).toMatchObject({ code: 4, said: expect.stringContaining('not by another') });
    expect(bench.milliVolts()).toBe(240_000);
    const released = await command(bench, 'rig', 'release', bench.rigName, '--from', holder);
    expect(released).toMatchObject({ code: 0 });
    const { code, said, folder } = await run.ended;
    expect({ code, said }).toMatchObject({ code: 130 });
    expect(bench.milliVolts()).toBe(0);
    expect(renderRun(folder).judgement).toMatchObject({ rigSafe: 'verified' });
    expect(recordOf(bench)).toMatchObject({ holder: null, mayBeLive: null, quarantine: null });
  });

  test('holds the rig against a second run, which names the first and touches nothing', async () => {
    const bench = await benchWith();
    const run = startRun(bench, 'run', WAITING);
    await run.line(WAITS);
    const second = await startRun(bench, 'second').ended;
    expect(second).toMatchObject({ code: 4 });
    expect(second.said).toContain(`held by run ${recordOf(bench).holder?.run}`);
    expect(bench.milliVolts()).toBe(240_000);
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
  });
});

describe('a relay that sticks', () => {
  test.each([
    ['behind a source that goes off', HELD, (text: string) => text],
    // The mains of the house: nothing but the switch could take them away.
    [
      'under the mains of the house',
      READING,
      (text: string) => text.replace(/^source:\n(?: {2}.*\n)+/m, ''),
    ],
  ])(
    '%s is RIG_UNSAFE: the rig is quarantined until a person has cleared it',
    async (_where, scenario, rig) => {
      const bench = await benchWith({
        faults: [{ at: 'isolation-switch', fault: 'stuck', after: 1 }],
        rig,
      });
      const { code, said, folder } = await startRun(bench, 'run', scenario).ended;
      expect({ code, said }).toMatchObject({ code: 7 });
      expect(renderRun(folder).judgement.rigSafe).toBe('UNSAFE');
      expect(recordOf(bench).quarantine).not.toBeNull();
      const refused = await startRun(bench, 'refused').ended;
      expect(refused).toMatchObject({ code: 4 });
      expect(refused.said).toContain('is quarantined since');
      expect(await output(bench, 'rig', 'status', bench.rigName)).toContain('QUARANTINE since');
      const cleared = rigCommand(bench, 'clear', [
        '--by',
        'A. Tester',
        '--reason',
        'relay replaced',
      ]);
      expect(await cleared).toMatchObject({ code: 0 });
      expect(recordOf(bench)).toMatchObject({
        quarantine: null,
        cleared: { by: 'A. Tester', reason: 'relay replaced' },
      });
    },
  );
});

describe('a port that is unplugged', () => {
  test('in the middle of a reading ends the step, blames the rig, and leaves the bench off', async () => {
    const bench = await benchWith({
      ports: 'pty',
      faults: [{ at: 'optical-port', fault: 'unplugged', after: 6 }],
    });
    const { folder, code, said } = await startRun(bench, 'run', READING).ended;
    expect({ code, said }).toMatchObject({ code: 2 });
    const journal = readFileSync(path.join(folder, 'journal.ndjson'), 'utf8');
    expect(journal).toMatch(/"blame":"rig".*optical port at .* (gone|failed|did not come)/);
    expect(renderRun(folder).judgement.rigSafe).toBe('verified');
    expect(bench.milliVolts()).toBe(0);
  });
});
