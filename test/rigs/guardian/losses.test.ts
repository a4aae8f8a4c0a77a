import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { renderRun } from '../../../reports/write.ts';
import { CLI } from '../../harness/main/command-line.ts';
import { NO_PTY } from '../driver/far-end.ts';
import { HELD, READING, recordOf, startRun } from './runner.ts';
import { type BenchWishes, type ServedBenchProcess, serveBench } from './served-bench.ts';

/** What a run may lose without the bench being left live: the disk, a port to a foreign program. */

const served: ServedBenchProcess[] = [];
afterEach(async () => {
  for (const bench of served.splice(0)) await bench.stop();
});

async function benchWith(wishes: BenchWishes = {}): Promise<ServedBenchProcess> {
  const bench = await serveBench(wishes);
  served.push(bench);
  return bench;
}

/** POSIX: `ulimit -f` counts in blocks of so many bytes. */
const BLOCK_BYTES = 512;

test('a disk that is full while journaling: the loss is told, the bench is off', async () => {
  const bench = await benchWith();
  const whole = await startRun(bench, 'whole', HELD).ended;
  expect(whole).toMatchObject({ code: 0 });
  const journal = readFileSync(path.join(whole.folder, 'journal.ndjson'), 'utf8');
  // Room for everything until the load is on, and for nothing after that.
  const loaded = journal.indexOf('"kind":"step-closed"', journal.indexOf('"step":"step-2"'));
  const folder = path.join(bench.folder, 'full');
  mkdirSync(folder);
  const run = `"${process.execPath}" "${CLI}" run "${HELD}" --rig "${bench.rig}" --out "${folder}"`;
  const blocks = Math.ceil(loaded / BLOCK_BYTES);
  const child = spawn('sh', ['-c', `ulimit -f ${blocks}; exec ${run}`], { env: bench.environment });
  const said = text(child.stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  expect({ code, said: await said }).toMatchObject({
    code: 5,
    said: expect.stringMatching(/cannot write line \d+ .* the journal .*may be lost/s),
  });
  expect(bench.log().some((entry) => entry.kind === 'terminals' && entry.milliAmps > 0)).toBe(true);
  expect(bench.milliVolts()).toBe(0);
  expect(recordOf(bench)).toMatchObject({ holder: null, mayBeLive: null, quarantine: null });
  const { judgement } = renderRun(folder);
  expect(judgement).toMatchObject({ rigSafe: 'verified', exitCode: 130 });
});

test('a foreign program that reads the optical port away: the step ends, the bench is off', async ({
  skip,
}) => {
  skip(NO_PTY, 'no socat');
  const bench = await benchWith({ ports: 'pty' });
  const port = readFileSync(bench.rig, 'utf8').match(/port: (\S*optical-port)/)?.[1] ?? '';
  const run = startRun(bench, 'run', READING);
  await run.line(/"kind":"step-opened".*"step":"step-2"/);
  const thief = spawn('cat', [port], { stdio: ['ignore', 'ignore', 'ignore'] });
  try {
    const { code, said, folder } = await run.ended;
    // It may have taken nothing that mattered; what may not be is a hang, or a bench that is live.
    expect({ code, said }).toMatchObject({
      code: expect.toSatisfy((one) => one === 0 || one === 2),
    });
    expect(renderRun(folder).judgement.rigSafe).toBe('verified');
    expect(bench.milliVolts()).toBe(0);
  } finally {
    const ended = once(thief, 'close');
    thief.kill('SIGKILL');
    await ended;
  }
});
