import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { commandSwitch } from '../../../rigs/isolation/command.ts';
import { contextOf } from './context.ts';
import {
  obedienceOf,
  OBEYS,
  OBEYS_WITHOUT_A_WORD,
  type SwitchUnderTest,
  wordOfFaulty,
} from './switch-contract.ts';

/** Programs that keep the contact in a file. */
let folder: string;
const contactFile = () => path.join(folder, 'contact');

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'meterbench-command-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Arguments that run a text as a program of Node's, on the contact's file. */
function node(text: string): string[] {
  return [process.execPath, '-e', text, contactFile()];
}

const SET = (state: string) => node(`fs.writeFileSync(process.argv[1], '${state}')`);
const READ = () => node(`process.stdout.write(fs.readFileSync(process.argv[1], 'utf8') + '\\n')`);

async function bench(
  change: object = {},
  readback: 'none' | 'state' = 'state',
): Promise<SwitchUnderTest> {
  const clock = new WallClock();
  const options = { on: SET('on'), off: SET('off'), read: READ(), ...change };
  const context = contextOf({ name: 'isolation switch', clock, readback });
  return {
    instrument: await commandSwitch.open(options, context),
    contact: () =>
      existsSync(contactFile()) && readFileSync(contactFile(), 'utf8') === 'on' ? 'closed' : 'open',
    nowNs: () => clock.nowNs(),
    settled: () => Promise.resolve(),
  };
}

test('closes, opens and reads by programs', async () => {
  expect(await obedienceOf(await bench())).toEqual(OBEYS);
});

test('has no word without a program that reads, or where the rig file wants none', async () => {
  expect(await obedienceOf(await bench({ read: undefined }))).toEqual(OBEYS_WITHOUT_A_WORD);
  expect(await obedienceOf(await bench({}, 'none'))).toEqual(OBEYS_WITHOUT_A_WORD);
});

test.each([
  ['dead', 'setInterval(() => {}, 1000)'],
  ['garbage', "console.log('offline')"],
  ['silent', ''],
  ['failing', 'process.exit(3)'],
  ['killed', "process.kill(process.pid, 'SIGTERM')"],
])('a program that is %s is never believed wrongly', async (_what, text) => {
  const read = node(text);
  expect(await wordOfFaulty(await bench({ read, limit: 1e9 }))).toBe('rig');
});

test.each([
  [
    'that fails, with the first line of what it complains of',
    () => node("console.error('no such relay\\nsecond line'); process.exit(7)"),
    /^isolation switch: \S+ ended with exit code 7: no such relay$/,
  ],
  [
    'that does not end',
    () => node('setInterval(() => {}, 1000)'),
    /^isolation switch: awaited the end of \S+ for 300 ms, it did not come$/,
  ],
  [
    'that is not there',
    () => [path.join(folder, 'missing')],
    /^isolation switch: \S+missing did not start: .*ENOENT/,
  ],
])('a program %s is told', async (_what, off, message) => {
  const { instrument } = await bench({ off: off(), limit: 300e6 });
  await expect(instrument.open()).rejects.toMatchObject({
    blame: 'rig',
    message: expect.stringMatching(message),
  });
});

test('arguments reach the program as they are: no shell reads them', async () => {
  const text = 'fs.writeFileSync(process.argv[1], process.argv[2])';
  const { instrument } = await bench({ on: [...node(text), '$(echo on); `echo on`'] });
  await instrument.close();
  expect(readFileSync(contactFile(), 'utf8')).toBe('$(echo on); `echo on`');
});

test('what a program has started ends with it when its time is over', async () => {
  const pidFile = path.join(folder, 'pid');
  const text = `
    const child = child_process.spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    fs.writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
    setInterval(() => {}, 1000);`;
  const { instrument, settled } = await bench({ off: node(text), limit: 2e9 });
  await expect(instrument.open()).rejects.toThrow('it did not come');
  await settled();
  const pid = Number(readFileSync(pidFile, 'utf8'));
  await expect.poll(() => isRunning(pid)).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Killed, but not yet collected by whoever adopted it, is not running.
  const status = `/proc/${pid}/stat`;
  return !existsSync(status) || !/\) Z /.test(readFileSync(status, 'utf8'));
}
