import type { Plan } from '../../plan/plan.ts';
import type { Verdict } from '../../verdict/verdict.ts';

/** A verdict as threads hand it on: one requirement in one case. */
export interface Row {
  readonly case: string;
  readonly requirement: string;
  readonly verdict: Verdict['verdict'];
  readonly blame: Verdict['blame'];
}

/** Verdicts under the keys of their cases; those that are about no case are left out. */
export function rowsOf(plan: Plan, verdicts: readonly Verdict[]): readonly Row[] {
  const keys = new Map(plan.cases.map(({ key, scenario, name }) => [place(scenario, name), key]));
  return verdicts.flatMap(({ scenario, case: name, requirement, verdict, blame }) => {
    const key = keys.get(place(scenario, name));
    return key === undefined ? [] : [{ case: key, requirement, verdict, blame }];
  });
}

function place(scenario: string, name: string): string {
  return JSON.stringify([scenario, name]);
}

const AGAINST: ReadonlySet<string> = new Set(['fail', 'conditional fail', 'error']);

/** Requirements that some case decided against the device under test. */
export function turnedIn(rows: readonly Row[]): ReadonlySet<string> {
  return new Set(
    rows.filter(({ verdict }) => AGAINST.has(verdict)).map(({ requirement }) => requirement),
  );
}

/** Requirements that no case decided either way, because of the harness. */
export function blindedIn(rows: readonly Row[]): ReadonlySet<string> {
  return new Set(
    [...Map.groupBy(rows, ({ requirement }) => requirement)].flatMap(([requirement, own]) =>
      own.every(isBlind) ? [requirement] : [],
    ),
  );
}

function isBlind({ verdict, blame }: Row): boolean {
  return verdict === 'inconclusive' && blame === 'harness';
}
