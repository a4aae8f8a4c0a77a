import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/**
 * The start script in a checkout of its own: a program that only tells what reaches it, and in place
 * of npm a script that "installs" a link to this Node.
 */

const START = fileURLToPath(new URL('../../../harness/main/start.mjs', import.meta.url));
const OWN_NODE = `node_modules/node-${process.platform}-${process.arch}/bin/node`;

const PROGRAM = `
const [word, value] = process.argv.slice(2);
if (word === 'exit') process.exit(Number(value));
if (word === 'die') process.kill(process.pid, 'SIGKILL');
if (word === 'wait') {
  process.once('SIGTERM', () => { console.log('undone'); process.exit(130); });
  setInterval(() => {}, 1000);
}
console.log('started ' + process.execPath);
`;

let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'meterbench-start-'));
  mkdirSync(join(checkout, 'harness/main'), { recursive: true });
  mkdirSync(join(checkout, 'path'));
  copyFileSync(START, join(checkout, 'harness/main/start.mjs'));
  writeFileSync(join(checkout, 'harness/main/cli.ts'), PROGRAM);
  writeFileSync(join(checkout, 'package-lock.json'), '{}');
  const offered = { [OWN_NODE.split('/')[1] ?? '']: '24' };
  const manifest = { type: 'module', optionalDependencies: offered };
  writeFileSync(join(checkout, 'package.json'), JSON.stringify(manifest));
});

afterEach(() => {
  rmSync(checkout, { recursive: true });
});

function installBeforehand(): void {
  mkdirSync(dirname(join(checkout, OWN_NODE)), { recursive: true });
  symlinkSync(process.execPath, join(checkout, OWN_NODE));
  const hash = createHash('sha256').update('{}').digest('hex');
  const stamp = `${hash} ${process.platform}-${process.arch}\n`;
  writeFileSync(join(checkout, 'node_modules/.meterbench-install'), stamp);
}

/** An npm that notes each call and needs a moment, as installing does. */
function putNpmOnPath(exitCode: number): void {
  const lines = [
    '#!/bin/sh',
    'echo "$@" >> "$CHECKOUT/npm-calls"',
    `[ ${exitCode} = 0 ] || exit ${exitCode}`,
    `sleep 0.3; mkdir -p "$CHECKOUT/${dirname(OWN_NODE)}"`,
    `ln -sf "${process.execPath}" "$CHECKOUT/${OWN_NODE}"`,
  ];
  writeFileSync(join(checkout, 'path/npm'), lines.join('\n'), { mode: 0o755 });
}

function npmCalls(): number {
  const file = join(checkout, 'npm-calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [join(checkout, 'harness/main/start.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CHECKOUT: checkout,
      PATH: [join(checkout, 'path'), process.env['PATH']].join(delimiter),
    },
  });
}

interface End {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

async function endOf(child: ChildProcess): Promise<End> {
  if (child.stdout === null || child.stderr === null) throw new Error('the child has no pipes');
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('exit', resolve);
  const [exitCode, output, errors] = await Promise.all([
    promise,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, output, errors };
}

describe.skipIf(process.platform === 'win32')('the start script', () => {
  test('runs the program on the Node of the project and passes its exit code on', async () => {
    installBeforehand();
    expect(await endOf(start())).toMatchObject({ exitCode: 0, errors: '' });
    expect(await endOf(start('exit', '6'))).toMatchObject({ exitCode: 6 });
  });

  test('turns the signal that ended the program into 128 and its number', async () => {
    installBeforehand();
    expect(await endOf(start('die'))).toMatchObject({ exitCode: 137 });
  });

  test('passes SIGTERM on and waits until the program has undone its work', async () => {
    installBeforehand();
    const child = start('wait');
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    const end = await endOf(child);
    expect(end.output).toMatch(/started .*\nundone\n$/);
    expect(end.exitCode).toBe(130);
  });

  test('installs what is missing once, keeping standard output to the program', async () => {
    putNpmOnPath(0);
    const first = await endOf(start());
    expect(first).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^started .*\n$/) });
    expect(first.errors).toContain('installing packages');
    expect(await endOf(start())).toMatchObject({ exitCode: 0, errors: '' });
    expect(npmCalls()).toBe(1);
  });

  test('installs again after the lock has changed', async () => {
    putNpmOnPath(0);
    await endOf(start());
    writeFileSync(join(checkout, 'package-lock.json'), '{"other": true}');
    await endOf(start());
    expect(npmCalls()).toBe(2);
  });

  test('of starts at the same time only one installs', async () => {
    putNpmOnPath(0);
    const ends = await Promise.all([start(), start(), start()].map(endOf));
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(npmCalls()).toBe(1);
    expect(existsSync(join(checkout, '.install.lock'))).toBe(false);
  });

  test('an installation that was killed does not stop the next one', async () => {
    putNpmOnPath(0);
    const killed = spawn(process.execPath, ['--eval', '']);
    await new Promise((resolve) => killed.once('exit', resolve));
    writeFileSync(join(checkout, '.install.lock'), String(killed.pid));
    expect(await endOf(start())).toMatchObject({ exitCode: 0 });
    expect(npmCalls()).toBe(1);
  });

  test('ends with 3 and a reason when the installation fails, and tries again next time', async () => {
    putNpmOnPath(7);
    const end = await endOf(start());
    expect(end).toMatchObject({ exitCode: 3, output: '' });
    expect(end.errors).toContain('npm ci ended with exit code 7');
    await endOf(start());
    expect(npmCalls()).toBe(2);
  });
});
