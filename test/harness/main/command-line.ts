import { readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { loadProfileFile } from '../../../harness/main/rig-side.ts';
import type { MeterProfile } from '../../../devices/domain/profile.ts';
import { output, start, stop } from '../../interop/peers.ts';

export const CLI = fileURLToPath(new URL('../../../harness/main/cli.ts', import.meta.url));
const PROFILE = new URL('../../../rigs/profiles/centron-gprs.yaml', import.meta.url);

/** Times of a module that speaks soon and often, so that a test of wall time is short. */
const QUICK_TIMES = { boot: '50 ms', 'start-delay': '500 ms', heartbeat: '500 ms' };

/** Writes the shipped meter type with quick times to a file, for `--profile`. */
export function writeQuickProfile(path: string): string {
  let written = readFileSync(PROFILE, 'utf8');
  for (const [field, time] of Object.entries(QUICK_TIMES)) {
    const changed = written.replace(
      new RegExp(`^(  ${field}: \\{ value: )[^,]+`, 'm'),
      (_, before: string) => `${before}${time}`,
    );
    if (changed === written) throw new Error(`the shipped profile has no field '${field}'`);
    written = changed;
  }
  writeFileSync(path, written);
  return path;
}

/** The same as a value. */
export function quickProfile(path: string): MeterProfile {
  return loadProfileFile(writeQuickProfile(path)).profile;
}

interface Ready {
  readonly kind: string;
  readonly address: { readonly host: string; readonly port: number };
  readonly apTitle: string | null;
  readonly keyId: number | string | null;
}

/** A command that serves, until it is told to stop; at the end of the test at the latest. */
export interface Served {
  readonly ready: Ready & Readonly<Record<string, unknown>>;
  /** Where it is reached, as an option has it. */
  readonly target: string;
  /** Ends it. @returns what it printed last, as JSON */
  counts(): Promise<Readonly<Record<string, unknown>>>;
}

/** Starts a command that serves. @throws when it ends before it is ready */
export async function serve(...args: readonly string[]): Promise<Served> {
  const child = start(process.execPath, [CLI, ...args]);
  onTestFinished(() => stop(child));
  const complaint = text(child.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done === true) throw new Error(`${args.join(' ')}: not ready: ${await complaint}`);
  const { ready } = JSON.parse(first.value) as Pick<Served, 'ready'>;
  // A meter that only calls its servers is reached nowhere.
  const { host = '', port = 0 } = typeof ready.address === 'object' ? ready.address : {};
  return {
    ready,
    target: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    counts: async () => {
      const [last] = await Promise.all([lines.next(), stop(child)]);
      if (last.done === true) throw new Error(`${args.join(' ')}: no counts: ${await complaint}`);
      return JSON.parse(last.value) as Record<string, unknown>;
    },
  };
}

/** Runs a command to its end. @returns what it printed, as JSON. @throws when it fails */
export async function command(
  ...args: readonly string[]
): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await output(process.execPath, [CLI, ...args])) as Record<string, unknown>;
}
