import type { Plan, Subject } from '../plan/plan.ts';
import { isDecided } from './exit-code.ts';
import { finding } from './finding.ts';
import { VERDICT_WORDS } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** Stands for the case where a verdict is about no single one. */
export const NO_CASE = '-';

/** The device under test is the meter, so these are the subjects that it is or is a part of. */
const SUBJECTS_UNDER_TEST: readonly Subject[] = ['meter', 'pair'];

/**
 * What somebody else did is stimulus: shown, never green. A requirement about another subject
 * than the device under test becomes inapplicable, whatever its case came to.
 */
export function asStimulus(row: Verdict, plan: Plan): Verdict {
  const subject = plan.subjects[row.requirement];
  if (subject === undefined || SUBJECTS_UNDER_TEST.includes(subject)) return row;
  if (row.verdict === 'error' || row.verdict === 'aborted') return row;
  const reason = `stimulus: the requirement is about the ${subject}, here the meter is under test (${row.verdict}: ${row.reason})`;
  return { ...row, verdict: 'inapplicable', blame: null, reason };
}

/** Cases that the bench cannot put, with the reason that the plan gives. */
export function inapplicableRows(plan: Plan): readonly Verdict[] {
  return plan.inapplicable.flatMap(({ scenario, case: name, covers, reason }) =>
    covers.map((requirement) => ({
      ...placeOf(plan, scenario, name ?? NO_CASE, requirement),
      ...finding('inapplicable', reason, []),
    })),
  );
}

/**
 * A requirement that the plan says it covers, and of which no case asked anything: a hole in the
 * scenario that would otherwise look like nothing at all.
 * @param asked the verdicts of the cases
 */
export function unaskedRows(plan: Plan, asked: readonly Verdict[]): readonly Verdict[] {
  const told = new Set(asked.map(({ requirement }) => requirement));
  const excused = new Set(plan.inapplicable.flatMap(({ covers }) => covers));
  return plan.covers.flatMap((requirement) => {
    const cases = plan.cases.filter(({ covers }) => covers.includes(requirement));
    if (told.has(requirement) || (cases.length === 0 && excused.has(requirement))) return [];
    const reason = `asked of no case: in none of ${cases.length} cases does an expectation apply that decides it`;
    const place = placeOf(plan, cases[0]?.scenario ?? NO_CASE, NO_CASE, requirement);
    return [{ ...place, ...finding('inconclusive', reason, [], { blame: 'scenario' }) }];
  });
}

/** Requirements that `--require` names and nobody decided: a fail each, with what stood in the way. */
export function requiredRows(plan: Plan, rows: readonly Verdict[]): readonly Verdict[] {
  return plan.required.flatMap((requirement) => {
    const own = rows.filter((row) => row.requirement === requirement);
    if (own.some(isSettled)) return [];
    const worst = own.toSorted((a, b) => rankOf(b) - rankOf(a))[0];
    const why = worst === undefined ? 'no scenario of the plan covers it' : worst.reason;
    const blame = worst === undefined ? 'scenario' : (worst.blame ?? 'rig');
    const place = placeOf(plan, worst?.scenario ?? NO_CASE, NO_CASE, requirement);
    const reason = `required, but not decided: ${why}`;
    return [{ ...place, ...finding('fail', reason, worst?.evidence ?? [], { blame }) }];
  });
}

/** Decided, or undecided for a reason that weighs more than the requirement's being required. */
function isSettled({ verdict }: Verdict): boolean {
  return isDecided(verdict) || verdict === 'aborted' || verdict === 'error';
}

function rankOf({ verdict }: Verdict): number {
  return VERDICT_WORDS.indexOf(verdict);
}

function placeOf(plan: Plan, scenario: string, name: string, requirement: string) {
  return { scenario, case: name, bench: plan.abilities.bench, requirement, source: null };
}
