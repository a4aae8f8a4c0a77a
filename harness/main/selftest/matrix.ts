import { drawFraction, seedOf } from '../../../devices/domain/chance.ts';
import type { Defect } from '../../../devices/defects/defect.ts';
import type { CleanCase, CleanRun } from './clean-run.ts';
import type { Row } from './rows.ts';

/** Of the cases that a defect cannot reach, as many are run all the same: who says so is checked. */
const CHECKED_SHARE = 0.05;

/** Which cases a defect is run with. */
export interface Selection {
  /** Those that asked a rule which it replaces, or use what it spoils. */
  readonly reached: readonly string[];
  /** Some of the others: nothing may differ in them. */
  readonly checks: readonly string[];
}

/** The cases in which a defect can show, from what a clean run asked. */
export function selectionFor(defect: Defect, { cases }: CleanRun): Selection {
  const replaced = new Set<string>(Object.keys({ ...defect.meterRules, ...defect.headEndRules }));
  const spoilsFleets = defect.links !== undefined || defect.observer !== undefined;
  const isReached = ({ asked, hasFleet }: CleanCase): boolean =>
    (spoilsFleets && hasFleet) || asked.some((rule) => replaced.has(rule));
  const [reached, others] = [cases.filter(isReached), cases.filter((one) => !isReached(one))];
  return {
    reached: reached.map(({ key }) => key),
    checks: others
      .map(({ key }) => key)
      .filter((key) => drawFraction(seedOf(1, `${defect.id} ${key}`), 0, 0) < CHECKED_SHARE),
  };
}

/** What the whole target comes to under a defect: rows of the cases run, the clean ones elsewhere. */
export function withClean(
  rows: readonly Row[],
  { reached }: Selection,
  clean: CleanRun,
): readonly Row[] {
  const run = new Set(reached);
  return [
    ...rows.filter((row) => run.has(row.case)),
    ...clean.rows.filter((row) => !run.has(row.case)),
  ];
}

/** Cases that the defect should not have reached, and did. */
export function unforeseen(
  rows: readonly Row[],
  { checks }: Selection,
  clean: CleanRun,
): readonly string[] {
  return checks.filter((key) => wordsOf(rows, key) !== wordsOf(clean.rows, key));
}

function wordsOf(rows: readonly Row[], key: string): string {
  return rows
    .filter((row) => row.case === key)
    .map(({ requirement, verdict }) => `${requirement} ${verdict}`)
    .sort()
    .join();
}
