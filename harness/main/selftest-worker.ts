import { sha256 } from '../journal/hash.ts';
import { blinded, runInMemory, turned } from './memory-run.ts';

/** One run of the self-test: a target with a seed, with a defect or clean. */
export interface SelftestTask {
  readonly target: string;
  readonly seed: number;
  readonly defect: string | null;
}

export interface SelftestResult extends SelftestTask {
  /** Requirement ids that were decided against the meter. */
  readonly turned: readonly string[];
  /** Requirement ids that could be decided neither way, with the harness to blame. */
  readonly blinded: readonly string[];
  /** Verdicts that could not be reached. */
  readonly blocked: number;
  readonly exitCode: number;
  /** Of the lines that hold observations: the plan alone would make every seed distinct. */
  readonly observationsSha256: string;
}

/** A task of the pool: a whole run in simulated time, on one thread. */
export default async function selftest(task: SelftestTask): Promise<SelftestResult> {
  const { judgement, lines, entries } = await runInMemory(task.target, {
    seed: task.seed,
    defect: task.defect ?? undefined,
  });
  const observed = lines.filter((_, index) => entries[index]?.kind === 'observation');
  return {
    ...task,
    turned: [...turned(judgement)],
    blinded: [...blinded(judgement)],
    blocked: judgement.verdicts.filter(({ verdict }) => verdict === 'inconclusive').length,
    exitCode: judgement.exitCode,
    observationsSha256: sha256(observed.map(withoutChain).join('\n')),
  };
}

/** A line without the hash of the one before it, which carries everything that came earlier. */
function withoutChain(line: string): string {
  return line.replace(/,"prev":"[0-9a-f]+"\}$/, '}');
}
