import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { CLI } from '../../harness/main/command-line.ts';
import type { ServedBenchProcess } from './served-bench.ts';

export interface Said {
  readonly code: number | null;
  readonly said: string;
}

/** Runs a command to its end in the environment of a served bench. */
export async function command(
  bench: ServedBenchProcess,
  ...args: readonly string[]
): Promise<Said> {
  const child = spawn(process.execPath, [CLI, ...args], { env: bench.environment });
  const words = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said: (await words).join('') };
}

/** The same, for what it prints. */
export async function output(
  bench: ServedBenchProcess,
  ...args: readonly string[]
): Promise<string> {
  return (await command(bench, ...args)).said;
}

/** A command about the served rig. */
export function rigCommand(
  bench: ServedBenchProcess,
  what: string,
  options: readonly string[] = [],
): Promise<Said> {
  return command(bench, 'rig', what, bench.rigName, ...options);
}
