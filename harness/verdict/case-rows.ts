import type { Plan, PlannedExpectation, Subject } from '../plan/plan.ts';
import type { CaseRecord } from './case-record.ts';
import { judgeExpectation } from './expectation/judge-expectation.ts';
import { decisive, finding, isNonEmpty } from './finding.ts';
import type { Finding } from './finding.ts';
import { noted } from './notes.ts';
import { invalidity } from './validity.ts';
import type { Verdict } from './verdict.ts';

/** What happened to a case as a whole, before anybody looks at its expectations. */
export type CaseFate =
  | { readonly kind: 'ran' }
  /** The run was interrupted before the case was through; `by` says what interrupted it. */
  | { readonly kind: 'cut'; readonly by: string }
  /** The run went on, or ended by itself, without this case. */
  | { readonly kind: 'left out'; readonly reason: string }
  | { readonly kind: 'broken'; readonly message: string };

interface Asked {
  readonly decides: readonly string[];
  readonly found: Sourced;
}

type Sourced = Finding & Pick<Verdict, 'source'>;

/**
 * The verdicts of one case: one for each requirement that was asked of it, which is the worst of
 * the expectations that decide it.
 */
export function caseRows(record: CaseRecord, fate: CaseFate, plan: Plan): readonly Verdict[] {
  const judged = showFailedStep(askedOf(record, fate), record);
  const asked = fate.kind === 'left out' ? judged : showInvalid(judged, record);
  const requirements = [...new Set(asked.flatMap(({ decides }) => decides))].sort();
  return requirements.flatMap((requirement) => {
    const own = asked.filter(({ decides }) => decides.includes(requirement));
    const findings = own.map(({ found }) => found);
    if (!isNonEmpty(findings)) return [];
    const found = decisive(findings);
    const { scenario, name } = record.planned;
    const place = { scenario, case: name, bench: benchOf(record, plan), requirement };
    const blame = blameOf(found, record, plan.subjects[requirement]);
    const reason = noted(found.reason, requirement, record.planned);
    return [{ ...place, ...found, blame, reason }];
  });
}

function benchOf({ planned: { fleet } }: CaseRecord, { abilities }: Plan): string {
  return fleet === null ? abilities.bench : `fleet of ${fleet.meters}`;
}

/** With a fleet both ends are on trial: which of them failed is a matter of what was asked. */
function blameOf(
  { verdict, blame }: Finding,
  { planned }: CaseRecord,
  subject: Subject | undefined,
): Finding['blame'] {
  const isOfHeadEnd = subject === 'head-end' || subject === 'configuration-server';
  if (planned.fleet === null || verdict !== 'fail' || blame !== 'dut') return blame;
  return isOfHeadEnd ? 'head-end' : blame;
}

function askedOf(record: CaseRecord, fate: CaseFate): readonly Asked[] {
  return record.planned.expectations.flatMap((expectation) => {
    const { decides, source } = expectation;
    const found = findingOf(expectation, record, fate);
    return found === null ? [] : [{ decides, found: { ...found, source } }];
  });
}

function findingOf(
  expectation: PlannedExpectation,
  record: CaseRecord,
  fate: CaseFate,
): Finding | null {
  switch (fate.kind) {
    case 'broken':
      return finding('error', fate.message, [], { blame: 'harness' });
    case 'left out':
      return finding('inconclusive', fate.reason, [], { blame: 'harness' });
    case 'ran':
      return judgeExpectation(expectation, record);
    case 'cut': {
      const found = judgeExpectation(expectation, record);
      return found?.verdict === 'inconclusive' ? cutShort(found, fate.by) : found;
    }
  }
}

/** What was decided before an interruption stays; what was not is aborted, and nobody's fault. */
function cutShort(found: Finding, by: string): Finding {
  const reason = `interrupted (${by}): ${found.reason}`;
  return { ...found, verdict: 'aborted', blame: null, reason };
}

/** What a late generator or observer says of the case decides nothing, whatever it looks like. */
function showInvalid(asked: readonly Asked[], record: CaseRecord): readonly Asked[] {
  const invalid = invalidity(record);
  if (invalid === null) return asked;
  return asked.map(({ decides, found }) => {
    const weighsMore = found.verdict === 'error' || found.verdict === 'aborted';
    return { decides, found: weighsMore ? found : { ...invalid, source: found.source } };
  });
}

/** A failed step that no expectation noticed must not vanish behind passes. */
function showFailedStep(asked: readonly Asked[], record: CaseRecord): readonly Asked[] {
  const failed = record.steps.find(({ closed }) => closed?.outcome === 'failed');
  if (failed?.closed == null || asked.some(({ found }) => found.verdict !== 'pass')) return asked;
  const { reason, blame, seq } = failed.closed;
  const text = `decided, but then ${failed.planned.id} failed: ${reason ?? 'no reason'}`;
  return asked.map(({ decides, found }) => {
    const evidence = [...found.evidence, seq];
    return { decides, found: { ...found, verdict: 'inconclusive', blame, reason: text, evidence } };
  });
}
