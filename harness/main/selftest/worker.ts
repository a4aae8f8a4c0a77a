import { sha256 } from '../../journal/hash.ts';
import { runInMemory } from '../memory-run.ts';
import { loadQuestions, type Questions } from '../questions.ts';
import { type CleanRun, recordClean } from './clean-run.ts';
import { type Row, rowsOf } from './rows.ts';

/** A run of cases of a target, with a defect or clean. */
export interface SelftestTask {
  readonly target: string;
  readonly seed: number;
  readonly defect: string | null;
  readonly cases: readonly string[];
}

export interface SelftestResult {
  readonly task: SelftestTask;
  readonly rows: readonly Row[];
  readonly exitCode: number;
  /** Of the lines that hold observations: the plan alone would make every seed distinct. */
  readonly observationsSha256: string;
}

/** What this thread has loaded: many runs ask the same. */
const loaded = new Map<string, Questions>();

/** A task of the pool: a whole run in simulated time, on one thread. */
export default async function selftest(task: SelftestTask): Promise<SelftestResult> {
  const { target, seed } = task;
  const questions = loaded.get(target) ?? loadQuestions(target);
  loaded.set(target, questions);
  const chosen = new Set(task.cases);
  const change = { seed, chosen, defect: task.defect ?? undefined };
  const { plan, judgement, lines, entries } = await runInMemory(target, change, { questions });
  const observed = lines.filter((_, index) => entries[index]?.kind === 'observation');
  return {
    task,
    rows: rowsOf(plan, judgement.verdicts),
    exitCode: judgement.exitCode,
    observationsSha256: sha256(observed.map(withoutChain).join('\n')),
  };
}

/** Another task of the pool: the run without a defect, with the rules that it asks. */
export async function record({
  target,
  seed,
}: Omit<SelftestTask, 'defect' | 'cases'>): Promise<CleanRun> {
  return recordClean(target, seed);
}

/** A line without the hash of the one before it, which carries everything that came earlier. */
function withoutChain(line: string): string {
  return line.replace(/,"prev":"[0-9a-f]+"\}$/, '}');
}
