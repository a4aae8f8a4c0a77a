import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { openLine } from '../../../rigs/serial/open-line.ts';
import { serveTwinOverPty } from '../../../rigs/serial/served-twin.ts';
import { output } from '../../interop/peers.ts';
import { NO_PTY } from '../driver/far-end.ts';
import { writeFigures } from './figures.ts';

const RACER = fileURLToPath(new URL('./racer.ts', import.meta.url));
const ROUNDS = 200;

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

interface Outcome {
  readonly won: boolean;
  readonly fence?: number;
  readonly why?: string;
}

/** A process that wants the rig, and would set other stop bits than its rival. */
class Racer {
  readonly stopBits: number;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(state: string, port: string, stopBits: number) {
    this.stopBits = stopBits;
    const args = [RACER, state, port, String(stopBits), `run-${stopBits}`];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    cleanUp.push(() => this.#child.stdin.end());
  }

  async say(word: 'go' | 'end'): Promise<Outcome> {
    this.#child.stdin.write(`${word}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error('the racer ended');
    return JSON.parse(line.value) as Outcome;
  }
}

async function servedPort(): Promise<{ readonly folder: string; readonly port: string }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'meterbench-race-'));
  const port = path.join(folder, 'port');
  const silent = { connect: () => undefined, receive: () => undefined };
  const served = await serveTwinOverPty(silent, new WallClock(), port);
  cleanUp.push(async () => {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, port };
}

async function stopBitsOf(port: string): Promise<number> {
  return (await output('stty', ['-F', port, '-a'])).includes('-cstopb') ? 1 : 2;
}

test('two runners race for one rig: one wins each time, and the line is as the winner set it', async ({
  skip,
}) => {
  skip(NO_PTY, 'no socat');
  const { folder, port } = await servedPort();
  const state = path.join(folder, 'state');
  const racers = [new Racer(state, port, 1), new Racer(state, port, 2)] as const;
  const wins = [0, 0];
  let fence = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const outcomes = await Promise.all(racers.map((racer) => racer.say('go')));
    const winner = outcomes.findIndex(({ won }) => won);
    expect(outcomes.filter(({ won }) => won)).toHaveLength(1);
    expect(outcomes[1 - winner]?.why).toContain('is held by');
    expect(outcomes[winner]?.fence).toBe(++fence);
    // A loser that opened the port, even to be refused, would have left its own stop bits there.
    expect(await stopBitsOf(port)).toBe(racers[winner]?.stopBits);
    wins[winner] = (wins[winner] ?? 0) + 1;
    await racers[winner]?.say('end');
  }
  writeFigures(
    'race',
    `Two runners raced for one rig ${ROUNDS} times: one of them had it each time (${wins.join(' and ')}), the other was told who, and the line settings were always the winner's.`,
  );
}, 120_000);

test('a foreign process that opens a port is refused by its lock; what it changes first shows why ours locks before', async ({
  skip,
}) => {
  skip(NO_PTY, 'no socat');
  const { port } = await servedPort();
  const clock = new WallClock();
  const ours = await openLine('ours', port, { baudRate: 9600 }, clock);
  cleanUp.push(() => ours.close());
  await expect(openLine('foreign', port, { baudRate: 9600, stopBits: 2 }, clock)).rejects.toThrow(
    /did not open: .*lock/i,
  );
  // The operating system's lock is asked after the settings were applied: too late for the first one.
  expect(await stopBitsOf(port)).toBe(2);
});
