import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

/** With this in the environment a missing peer is a failure instead of a skipped test. */
export const PEERS_REQUIRED = process.env['METERBENCH_PEERS'] === 'required';

/** Names of those commands that do not run here. */
export function missingPeers(peers: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(peers)
    .filter(([, [command = '', ...args]]) => spawnSync(command, args).status !== 0)
    .map(([name]) => name);
}

export type Peer = ChildProcessByStdio<null, Readable, Readable>;

/** Starts a program; it is the caller's to stop (see {@link stop}). */
export function start(command: string, args: readonly string[]): Peer {
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * Waits for a line on one of the program's outputs.
 * @throws when the program ends before it wrote one, with what it wrote instead
 */
export async function lineOf(
  child: Peer,
  stream: 'stdout' | 'stderr',
  pattern: RegExp,
): Promise<string> {
  const seen: string[] = [];
  const other = stream === 'stdout' ? child.stderr : child.stdout;
  other.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
  for await (const line of createInterface({ input: child[stream] })) {
    if (pattern.test(line)) return line;
    seen.push(line);
  }
  throw new Error(`${pattern} awaited, the program ended after: ${seen.join('\n')}`);
}

/** Runs a program to its end. @throws when it fails, with what it wrote */
export async function output(command: string, args: readonly string[]): Promise<string> {
  const child = start(command, args);
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${texts.stderr}`);
  return texts.stdout;
}

/** Ends a program that {@link start} started, and waits for its end. */
export async function stop(child: Peer | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  await ended;
}
