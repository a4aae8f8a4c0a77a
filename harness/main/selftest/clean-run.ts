import { performance } from 'node:perf_hooks';
import { evidenceSurvivors, type Survivor } from '../../verdict/evidence-survivors.ts';
import { runInMemory } from '../memory-run.ts';
import { type RuleName, RuleWatch } from '../rule-watch.ts';
import { type Row, rowsOf } from './rows.ts';

/** What a run without a defect came to: what all others are compared with. Plain data. */
export interface CleanRun {
  readonly target: string;
  readonly seed: number;
  readonly cases: readonly CleanCase[];
  readonly rows: readonly Row[];
  /** Passes that rest on nothing that the journal holds. */
  readonly survivors: readonly Survivor[];
}

export interface CleanCase {
  readonly key: string;
  readonly hasFleet: boolean;
  /** Rules that were asked. */
  readonly asked: readonly RuleName[];
  /** Time that the case took here, which tells how often it can be repeated. */
  readonly tookMs: number;
}

/** Runs a target clean and notes which rules each case asks. @throws Refusal */
export async function recordClean(target: string, seed: number): Promise<CleanRun> {
  const watch = new RuleWatch();
  const openedMs = new Map<string, number>();
  const tookMs = new Map<string, number>();
  const { plan, judgement, entries } = await runInMemory(
    target,
    { seed, watch },
    {
      onEntry: (entry) => {
        if (entry.kind === 'case-opened') openedMs.set(entry.case, performance.now());
        if (entry.kind !== 'case-closed') return;
        tookMs.set(entry.case, performance.now() - (openedMs.get(entry.case) ?? 0));
      },
    },
  );
  return {
    target,
    seed,
    cases: plan.cases.map(({ key, fleet }) => ({
      key,
      hasFleet: fleet !== null,
      asked: [...watch.askedIn(key)],
      tookMs: tookMs.get(key) ?? 0,
    })),
    rows: rowsOf(plan, judgement.verdicts),
    survivors: evidenceSurvivors(entries),
  };
}
