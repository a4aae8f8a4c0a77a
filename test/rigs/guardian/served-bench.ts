import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import type { TwinFaultAt } from '../../../rigs/bench/twin-file.ts';
import type { TwinLogEntry } from '../../../rigs/bench/twin-log.ts';
import { CLI, writeQuickProfile } from '../../harness/main/command-line.ts';

const DESK = readFileSync(new URL('../../../rigs/desk.rig.yaml', import.meta.url), 'utf8');

export type LoggedTwin = TwinLogEntry & { readonly monotonicNs: number };

/** `meterbench serve bench` as a process, with a folder for its rig file, its log and the rigs' state. */
export interface ServedBenchProcess {
  readonly folder: string;
  /** Rig file by which a runner reaches the twins. */
  readonly rig: string;
  readonly rigName: string;
  /** Environment in which the rig's lock and record stand apart from everybody else's. */
  readonly environment: NodeJS.ProcessEnv;
  log(): readonly LoggedTwin[];
  /** At the socket now, by the twins' own log. */
  milliVolts(): number;
  stop(): Promise<void>;
}

export interface BenchWishes {
  readonly ports?: 'pty' | 'tcp';
  readonly faults?: readonly TwinFaultAt[];
  /** Silence that the guardian allows; long, as a busy machine may starve a runner for a moment. */
  readonly silence?: string;
  /** Changes the text of the desk's rig file. */
  readonly rig?: (text: string) => string;
}

/** Serves the desk's twins with a meter whose module boots at once. */
export async function serveBench(wishes: BenchWishes = {}): Promise<ServedBenchProcess> {
  const { ports = 'tcp', faults = [], silence = '5 s' } = wishes;
  const { rig: change = (text: string) => text } = wishes;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'meterbench-served-'));
  const inFolder = (name: string): string => path.join(folder, name);
  const profile = writeQuickProfile(inFolder('quick.yaml'));
  const text = DESK.replace('centron-gprs', profile).replace(
    'silence: 500 ms',
    `silence: ${silence}`,
  );
  writeFileSync(inFolder('desk.rig.yaml'), change(text));
  writeFileSync(
    inFolder('bench.twin.yaml'),
    stringify({ twin: 'served', of: 'desk.rig.yaml', ports, faults }),
  );
  const rig = inFolder('served.rig.yaml');
  const log = inFolder('twin.ndjson');
  const args = ['--twin', inFolder('bench.twin.yaml'), '--log', log, '--write-rig', rig];
  const environment = { ...process.env, METERBENCH_STATE: inFolder('state') };
  const child = spawn(process.execPath, [CLI, 'serve', 'bench', ...args], { env: environment });
  await ready(child);
  const entries = (): readonly LoggedTwin[] =>
    readFileSync(log, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LoggedTwin);
  return {
    folder,
    rig,
    rigName: 'served',
    environment,
    log: entries,
    milliVolts: () => {
      const last = entries().findLast(({ kind }) => kind === 'terminals');
      return last?.kind === 'terminals' ? last.milliVolts : 0;
    },
    stop: async () => {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  child.stderr?.on('data', (text: Buffer) => said.push(text.toString()));
  const line = child.stdout && once(createInterface({ input: child.stdout }), 'line');
  const ended = once(child, 'exit').then(() => {
    throw new Error(`serve bench ended before it was ready: ${said.join('')}`);
  });
  ended.catch(() => undefined);
  await Promise.race([line, ended]);
}
