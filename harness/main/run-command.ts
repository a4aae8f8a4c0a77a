import { messageOf } from '../../devices/domain/error-text.ts';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { renderText } from '../../reports/text.ts';
import { writeReports } from '../../reports/write.ts';
import { journalTime } from '../journal/journal-time.ts';
import { calibrationRefusal } from '../plan/calibration.ts';
import { JournalWriter } from '../journal/writer.ts';
import { type JournalSink, run } from '../run/run.ts';
import type { RunEnd } from '../run/run-end.ts';
import type { Composition } from './compose.ts';
import { type Evidence, evidenceOf } from './evidence.ts';
import { EXIT, Refusal } from './exit.ts';
import { PROJECT } from './files.ts';
import { takeLastResort } from './last-resort.ts';
import type { Live } from './live.ts';
import type { Progress } from './progress.ts';
import { openWallReach, type WallReach } from './wall-reach.ts';

export interface RunOutput {
  readonly out: string | undefined;
  readonly json: boolean;
  readonly shards: number;
  readonly meters: number;
  readonly progress: Progress;
  /** The page that follows the run; null for none. */
  readonly live: Live | null;
}

const JOURNAL = 'journal.ndjson';

/** Runs a composition into its folder and tells the result. @returns the exit code */
export async function runCommand(composition: Composition, output: RunOutput): Promise<number> {
  const { plan } = composition;
  const overdue = calibrationRefusal(plan.permissions.calibration);
  if (overdue !== null) throw new Refusal(EXIT.rigRefused, `${overdue}; nothing was touched`);
  const evidence = evidenceOf(composition);
  const folder = makeRunFolder(output.out, evidence.runId);
  writeFileSync(path.join(folder, 'plan.json'), evidence.planText);
  const started = new Date();
  const { progress, live } = output;
  progress.start(
    `${plan.title}: ${casesText(plan.cases.length)}, seed ${plan.seed}, ${folder}`,
    plan.cases.length,
  );
  live?.run.begin({ plan, runId: evidence.runId });
  if (live !== null) progress.say(`live page: ${live.where}`);
  await journaled(composition, { evidence, folder, progress, live });
  writeEnvironment(folder, started, output);
  const judgement = writeReports(folder);
  if (output.json) process.stdout.write(readFileSync(path.join(folder, 'report.json'), 'utf8'));
  else process.stdout.write(`${renderText(judgement.report, { colours: process.stdout.isTTY })}\n`);
  await live?.end(judgement.report, readFileSync(path.join(folder, 'report.html'), 'utf8'));
  return judgement.exitCode;
}

async function journaled(
  composition: Composition,
  to: {
    readonly evidence: Evidence;
    readonly folder: string;
    readonly progress: Progress;
    readonly live: Live | null;
  },
): Promise<void> {
  const { clock, plan } = composition;
  const { live } = to;
  const interruption = listenForInterruption(to.progress);
  const wall = await wallReach(composition, to.folder, to.evidence.runId);
  const journal = new JournalWriter(
    path.join(to.folder, JOURNAL),
    () => journalTime(clock),
    wall?.fence ?? 0,
  );
  let end: RunEnd = { rigSafe: 'unverified', detail: 'the run did not come to its end' };
  try {
    end = await run({
      plan,
      journal: live === null ? journal : followed(journal, live.run),
      runId: to.evidence.runId,
      files: to.evidence.files,
      benchFor: (planned) =>
        wall !== null && planned.fleet === null
          ? wall.bench(planned.position)
          : composition.benchFor(planned, to.folder),
      onFailure: takeLastResort,
      signal: AbortSignal.any(
        [interruption.signal, wall?.signal, live?.signal].filter((one) => one !== undefined),
      ),
      progress: (state) => to.progress.update(state),
      ...(live === null ? {} : { observed: (observation) => live.run.observed(observation) }),
    });
  } finally {
    await wall?.close(end.rigSafe, end.detail);
    interruption.stop();
    to.progress.stop();
    journal.close();
  }
}

/** A journal whose every line is told to the page, too, once it is written. */
function followed(journal: JournalWriter, page: Live['run']): JournalSink {
  return {
    append: (body) => page.take(journal.append(body)),
    flush: () => journal.flush(),
    keepTime: (clock) => journal.keepTime(clock),
  };
}

/** Holds the rig of a composition in wall time; a folder in which nothing came to be does not stay. */
async function wallReach(
  { wall }: Composition,
  folder: string,
  runId: string,
): Promise<WallReach | null> {
  if (wall === null) return null;
  try {
    return await openWallReach(wall, folder, runId);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The first signal cancels the run; the bench is taken back all the same, and further signals only
 * hear that it is under way.
 */
function listenForInterruption(progress: Progress): {
  readonly signal: AbortSignal;
  stop(): void;
} {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) progress.say(`${name}: the bench is being made safe already`);
    else progress.say(`${name}: the run is cancelled, the bench is being made safe`);
    controller.abort(new Error(`interrupted by ${name}`));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signals) process.off(name, onSignal);
      // What comes while the reports are written must not lose them.
      for (const name of signals) process.on(name, () => undefined);
    },
  };
}

function casesText(count: number): string {
  return count === 1 ? '1 case' : `${count} cases`;
}

/** `--out` is the run's folder itself; without it, runs/<id>, with a number when that is taken. */
function makeRunFolder(out: string | undefined, runId: string): string {
  if (out !== undefined) {
    makeFolder(out);
    if (readdirSync(out).length === 0) return out;
    throw new Refusal(
      EXIT.file,
      `--out ${out}: the folder is not empty; a run is never overwritten`,
    );
  }
  const runs = path.join(PROJECT, 'runs');
  makeFolder(runs);
  for (let number = 1; ; number++) {
    const folder = path.join(runs, number === 1 ? runId : `${runId}-${number}`);
    if (madeFirst(folder)) return folder;
  }
}

/** Makes a folder and those above it, one by one (the recursive form hangs in odd places). @throws Refusal */
function makeFolder(folder: string): void {
  if (folder === '') throw new Refusal(EXIT.file, '--out: a folder is wanted');
  const missing: string[] = [];
  for (let at = path.resolve(folder); !existsSync(at); at = path.dirname(at)) missing.unshift(at);
  try {
    for (const each of missing) madeFirst(each);
    if (statSync(folder).isDirectory()) return;
  } catch (error) {
    const what = messageOf(error);
    throw new Refusal(EXIT.file, `--out ${folder} cannot be made: ${what}`);
  }
  throw new Refusal(EXIT.file, `--out ${folder}: there is a file of that name`);
}

/** Whether it was us who made the folder: another run may be quicker. */
function madeFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** What is not a function of the plan stands apart from the journal. */
function writeEnvironment(folder: string, started: Date, output: RunOutput): void {
  const environment = {
    startedAt: started.toISOString(),
    endedAt: new Date().toISOString(),
    durationMs: Date.now() - started.getTime(),
    host: os.hostname(),
    platform: `${os.platform()} ${os.release()} ${os.arch()}`,
    processor: os.cpus()[0]?.model ?? 'unknown',
    processors: os.cpus().length,
    node: process.version,
    meters: output.meters,
    shards: output.shards,
    folder: path.resolve(folder),
  };
  writeFileSync(path.join(folder, 'environment.json'), `${JSON.stringify(environment, null, 2)}\n`);
}
