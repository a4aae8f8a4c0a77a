import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { readGuardianLog } from '../../../harness/journal/guardian-log.ts';
import type { RigRecord } from '../../../rigs/port/rig-record.ts';
import { CLI } from '../../harness/main/command-line.ts';
import type { ServedBenchProcess } from './served-bench.ts';

/** Runners against a served bench, as processes. */

const DYING_RUNNER = fileURLToPath(new URL('./dying-runner.ts', import.meta.url));
const ENERGISED = fileURLToPath(new URL('./energised.yaml', import.meta.url));

export interface EndedRunner {
  readonly folder: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
}

export interface Runner {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Resolves when the journal has such a line. */
  line(pattern: RegExp): Promise<void>;
  readonly ended: Promise<EndedRunner>;
}

/** Starts `meterbench run` against a served bench. */
export function startRun(
  bench: ServedBenchProcess,
  name: string,
  scenario: string = ENERGISED,
  ...options: readonly string[]
): Runner {
  const folder = path.join(bench.folder, name);
  mkdirSync(folder);
  const args = [CLI, 'run', scenario, '--rig', bench.rig, '--out', folder, ...options];
  return runner(spawn(process.execPath, args, { env: bench.environment }), folder);
}

/** Starts a runner that comes to harm when a line of its journal is written; 0 for never. */
export function startDying(
  bench: ServedBenchProcess,
  line: number,
  harm: 'kill' | 'wedge' = 'kill',
): Runner {
  const folder = path.join(bench.folder, `${harm}-${line}`);
  mkdirSync(folder);
  const args = [DYING_RUNNER, ENERGISED, bench.rig, folder, String(line), harm];
  return runner(spawn(process.execPath, args, { env: bench.environment }), folder);
}

function runner(child: ChildProcess, folder: string): Runner {
  const words = [child.stdout, child.stderr].map((stream) =>
    stream === null ? Promise.resolve('') : text(stream),
  );
  const ended = once(child, 'close').then(async ([code, signal]) => ({
    folder,
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    said: (await Promise.all(words)).join('\n'),
  }));
  const journal = (): string => readOr(path.join(folder, 'journal.ndjson'));
  const isOver = ended.then((end) => {
    throw new Error(`the run ended with ${end.code ?? end.signal} before that: ${end.said}`);
  });
  isOver.catch(() => undefined);
  return {
    child,
    folder,
    ended,
    line: (pattern) => Promise.race([until(folder, () => pattern.test(journal())), isOver]),
  };
}

/** Waits until the guardian of a run has written its last line. */
export function guardianClosed(folder: string): Promise<void> {
  return until(folder, () =>
    readGuardianLog(folder).some(({ kind }) => kind === 'guardian-closed'),
  );
}

/** Waits until something holds that changes with the files of a folder. */
async function until(folder: string, holds: () => boolean): Promise<void> {
  const changes = watch(folder);
  try {
    while (!holds()) await once(changes, 'change');
  } finally {
    changes.close();
  }
}

/** What is remembered of the served rig. */
export function recordOf(bench: ServedBenchProcess): RigRecord {
  const file = path.join(bench.folder, 'state', 'rigs', `${bench.rigName}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as RigRecord;
}

/**
 * How long after an instant of the host's monotonic clock the socket was dead, ms, by the twins' own
 * log; null when it was dead before.
 */
export function offAfterMs(bench: ServedBenchProcess, atNs: number): number | null {
  const terminals = bench.log().filter((entry) => entry.kind === 'terminals');
  const before = terminals.findLast(({ monotonicNs }) => monotonicNs <= atNs);
  if (before === undefined || before.milliVolts === 0) return null;
  const off = terminals.find(
    ({ monotonicNs, milliVolts }) => monotonicNs > atNs && milliVolts === 0,
  );
  return off === undefined ? Number.POSITIVE_INFINITY : (off.monotonicNs - atNs) / 1e6;
}

/** When harm came to a dying runner. */
export function harmAtNs(folder: string): number {
  return Number(readFileSync(path.join(folder, 'harm.txt'), 'utf8'));
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
