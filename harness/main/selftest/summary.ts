import type { Defect } from '../../../devices/defects/defect.ts';
import type { CleanRun } from './clean-run.ts';
import { type Selection, unforeseen, withClean } from './matrix.ts';
import { blindedIn, type Row, turnedIn } from './rows.ts';
import type { SelftestResult } from './worker.ts';

/** What became of one defect. */
export interface DefectOutcome {
  readonly id: string;
  readonly turned: readonly string[];
  readonly blinded: readonly string[];
  /** What it must turn, or blind, and left standing. */
  readonly missed: readonly string[];
  /** What it turned and may not. */
  readonly cross: readonly string[];
  /** Cases that it should not have reached, and did. */
  readonly unforeseen: readonly string[];
  /** Verdicts that it left undecided. */
  readonly blocked: number;
  /** Cases that were run with it. */
  readonly cases: number;
}

/** Holds what a defect did against what it declares. */
export function outcomeOf(
  defect: Defect,
  selection: Selection,
  rows: readonly Row[],
  clean: CleanRun,
): DefectOutcome {
  const { id, mustTurn, mayTurn, mustBlind = [] } = defect;
  const all = withClean(rows, selection, clean);
  const [turned, blinded] = [turnedIn(all), blindedIn(all)];
  const permitted = new Set([...mustTurn, ...mayTurn]);
  return {
    id,
    turned: [...turned],
    blinded: [...blinded],
    missed: [
      ...mustTurn.filter((requirement) => !turned.has(requirement)),
      ...mustBlind.filter((requirement) => !blinded.has(requirement)),
    ],
    cross: [...turned].filter((requirement) => !permitted.has(requirement)),
    unforeseen: unforeseen(rows, selection, clean),
    blocked: all.filter(({ verdict }) => verdict === 'inconclusive').length,
    cases: selection.reached.length + selection.checks.length,
  };
}

/** What the self-test found. Faults of ours are `missed`, `cross`, `falseAlarms`, `evidenceSurvivors`, `unforeseen`. */
export interface SelftestSummary {
  readonly defects: number;
  /** Defects that turned, or blinded, every requirement that they must. */
  readonly caught: number;
  readonly missed: number;
  /** Requirements that turned under a defect that is not theirs. */
  readonly cross: number;
  /** Verdicts that a defect left undecided. */
  readonly blocked: number;
  /** Seeds with which a clean run did not pass whole. */
  readonly falseAlarms: number;
  readonly seeds: number;
  /** Of the cases that every seed runs. */
  readonly distinctJournals: number;
  /** Passes that stood without the observations that they rest on. */
  readonly evidenceSurvivors: number;
  /** Cases that turned under a defect although they ask none of its rules. */
  readonly unforeseen: number;
  /** The least number of seeds with which any case was run. */
  readonly leastSeeds: number;
}

/** A clean run with one seed: the cases that every seed runs, and those that were drawn for it. */
export interface CleanSeed {
  readonly always: SelftestResult;
  readonly drawn: SelftestResult | null;
}

/** Counts; pure, so that the counting itself can be tested. */
export function summaryOf(
  clean: CleanRun,
  outcomes: readonly DefectOutcome[],
  seeds: readonly CleanSeed[],
): SelftestSummary {
  const sum = (count: (outcome: DefectOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  return {
    defects: outcomes.length,
    caught: outcomes.filter(({ missed }) => missed.length === 0).length,
    missed: sum(({ missed }) => missed.length),
    cross: sum(({ cross }) => cross.length),
    blocked: sum(({ blocked }) => blocked),
    falseAlarms: seeds.filter(isFalseAlarm).length,
    seeds: seeds.length,
    distinctJournals: new Set(seeds.map(({ always }) => always.observationsSha256)).size,
    evidenceSurvivors: clean.survivors.length,
    unforeseen: sum(({ unforeseen: cases }) => cases.length),
    leastSeeds: leastSeeds(clean, seeds),
  };
}

export function isFalseAlarm({ always, drawn }: CleanSeed): boolean {
  return always.exitCode !== 0 || (drawn !== null && drawn.exitCode !== 0);
}

function leastSeeds(clean: CleanRun, seeds: readonly CleanSeed[]): number {
  const runs = new Map(clean.cases.map(({ key }) => [key, 0]));
  for (const { always, drawn } of seeds) {
    for (const key of [...always.task.cases, ...(drawn?.task.cases ?? [])]) {
      runs.set(key, (runs.get(key) ?? 0) + 1);
    }
  }
  return Math.min(...runs.values());
}
