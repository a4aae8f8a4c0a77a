import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { firstAnswer } from '../../../rigs/guardian/guardian-client.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function started(script: string): ChildProcess {
  const child = spawn(process.execPath, ['-e', script], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  children.push(child);
  return child;
}

describe('a guardian that was just started', () => {
  test('and has answered is left alone when the limit for that is over', async () => {
    const child = started(
      `process.send({ kind: 'refused', why: 'ours' }); setTimeout(() => process.send('alive'), 3000);`,
    );
    await expect(firstAnswer(child, 2000)).resolves.toEqual({ kind: 'refused', why: 'ours' });
    const next = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    expect(next[0]).toBe('alive');
  });

  test('and says nothing is ended', async () => {
    const child = started('setInterval(() => {}, 1000)');
    const exit = once(child, 'exit');
    await expect(firstAnswer(child, 100)).rejects.toMatchObject({ blame: 'rig' });
    expect((await exit)[1]).toBe('SIGKILL');
  });

  test('and ends is told', async () => {
    await expect(firstAnswer(started('process.exit(3)'), 20_000)).rejects.toThrow(
      'it ended at its start (3)',
    );
  });
});
