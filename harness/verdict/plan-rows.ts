import type { Plan, PlannedCase, Subject } from '../plan/plan.ts';
import { isDecided } from './exit-code.ts';
import { finding } from './finding.ts';
import { VERDICT_WORDS } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** Stands for the case where a verdict is about no single one. */
export const NO_CASE = '-';

/** What a case puts to the test, with the subjects that this is or is a part of. */
interface UnderTest {
  readonly name: string;
  readonly subjects: readonly Subject[];
}

const METER: UnderTest = { name: 'meter', subjects: ['meter', 'pair'] };
/** Meters of a fleet are ours: against somebody's head-end they are its stimulus. */
const HEAD_END: UnderTest = {
  name: 'head-end',
  subjects: ['head-end', 'configuration-server', 'pair'],
};
/** Our own meters with our own head-end: neither is measured by the other's opinion. */
const BOTH_ENDS: UnderTest = {
  name: 'pair of meters and head-end',
  subjects: ['meter', 'head-end', 'configuration-server', 'pair'],
};

function underTest(planned: PlannedCase | null, { abilities }: Plan): UnderTest {
  if (planned?.fleet == null) return METER;
  return abilities.headEnd?.name === 'embedded' ? BOTH_ENDS : HEAD_END;
}

/**
 * What somebody else did is stimulus: shown, never green. A requirement about another subject
 * than what its case puts to the test becomes inapplicable, whatever the case came to.
 * @param planned null when the row is about no case
 */
export function asStimulus(row: Verdict, planned: PlannedCase | null, plan: Plan): Verdict {
  const subject = plan.subjects[row.requirement];
  const { name, subjects } = underTest(planned, plan);
  if (subject === undefined || subjects.includes(subject)) return row;
  if (weighsMore(row.verdict)) return row;
  const reason = `stimulus: the requirement is about the ${subject}, here the ${name} is under test (${row.verdict}: ${row.reason})`;
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
  // Whoever chose some of the cases knows that the others were not asked.
  if (plan.chosen !== undefined) return [];
  const told = new Set(asked.map(({ requirement }) => requirement));
  const excused = new Set(plan.inapplicable.flatMap(({ covers }) => covers));
  return plan.covers.flatMap((requirement) => {
    const cases = plan.cases.filter(({ covers }) => covers.includes(requirement));
    if (told.has(requirement) || (cases.length === 0 && excused.has(requirement))) return [];
    const reason = `asked of no case: in none of ${cases.length} cases does an expectation apply that decides it`;
    const place = placeOf(plan, cases[0]?.scenario ?? NO_CASE, NO_CASE, requirement);
    const row = { ...place, ...finding('inconclusive', reason, [], { blame: 'scenario' }) };
    return [asStimulus(row, cases[0] ?? null, plan)];
  });
}

/**
 * Requirements that `--require` names and nobody decided: a fail each, with what stood in the way. One
 * of which no scenario asks anything is left to the person who declared it.
 */
export function requiredRows(plan: Plan, rows: readonly Verdict[]): readonly Verdict[] {
  const declared = new Set(plan.declarations?.map(({ requirement }) => requirement));
  return plan.required.flatMap((requirement) => {
    const own = rows.filter((row) => row.requirement === requirement);
    if (own.some(isSettled) || (own.length === 0 && declared.has(requirement))) return [];
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
  return isDecided(verdict) || weighsMore(verdict);
}

function weighsMore(verdict: Verdict['verdict']): boolean {
  return verdict === 'invalid' || verdict === 'aborted' || verdict === 'error';
}

function rankOf({ verdict }: Verdict): number {
  return VERDICT_WORDS.indexOf(verdict);
}

function placeOf(plan: Plan, scenario: string, name: string, requirement: string) {
  return { scenario, case: name, bench: plan.abilities.bench, requirement, source: null };
}
