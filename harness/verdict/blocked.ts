import type { Anchor } from '../plan/plan.ts';
import { stepYielding } from './case-record.ts';
import type { CaseRecord, Mark, StepRecord } from './case-record.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';

/** An instant that an expectation counts from, or the reason why there is none. */
export type Anchored =
  | { readonly ok: true; readonly mark: Mark }
  | { readonly ok: false; readonly finding: Finding };

/** The instant that an anchor names: a step that was not done in full is no anchor for its end. */
export function anchorOf(record: CaseRecord, anchor: Anchor): Anchored {
  if (anchor.step === null) {
    const mark = anchor.edge === 'start' ? record.opened : record.closed;
    return mark === null ? unanchored(record, null) : { ok: true, mark };
  }
  const step = record.steps.find(({ planned }) => planned.id === anchor.step);
  if (step === undefined) {
    const reason = `the case has no step ${anchor.step} to count from`;
    return { ok: false, finding: finding('inconclusive', reason, [], { blame: 'scenario' }) };
  }
  const mark = anchor.edge === 'start' ? step.opened : step.closed;
  const reached = anchor.edge === 'start' || step.closed?.outcome === 'done';
  return mark === null || !reached ? unanchored(record, step) : { ok: true, mark };
}

function unanchored(record: CaseRecord, step: StepRecord | null): Anchored {
  return { ok: false, finding: blockedAt(record, step) };
}

/**
 * Why something that a step should have yielded is not there. The meter's own failure to do what
 * was asked decides against it; anything else leaves the question open.
 * @param what the missing thing as the reader knows it, e.g. "reading 'residual'"
 */
export function missing(record: CaseRecord, name: string, what: string): Finding {
  const step = stepYielding(record, name);
  if (step === undefined) {
    const reason = `${what} is missing: no step of the case yields it`;
    return finding('inconclusive', reason, [], { blame: 'scenario' });
  }
  return missingFrom(record, step, what);
}

/** As {@link missing}, for what a known step should have yielded. */
export function missingFrom(record: CaseRecord, step: StepRecord, what: string): Finding {
  const cause = failureUpTo(record, step);
  if (cause?.closed?.blame === 'dut') {
    const reason = `${what} is missing: ${cause.planned.id} failed: ${cause.closed.reason ?? 'no reason'}`;
    return finding('fail', reason, [cause.closed.seq]);
  }
  if (cause === null && step.closed?.outcome === 'done') {
    const reason = `${what} is missing although ${step.planned.id} is done`;
    return finding('inconclusive', reason, [step.closed.seq], { blame: 'rig' });
  }
  return blockedAt(record, step);
}

/** "Blocked by" the first failure up to a step (the whole case for null); whoever caused it. */
function blockedAt(record: CaseRecord, step: StepRecord | null): Finding {
  const cause = failureUpTo(record, step);
  if (cause?.closed != null) {
    const { blame, reason, seq } = cause.closed;
    const text = `blocked by ${cause.planned.id}: ${reason ?? 'no reason'}`;
    return finding('inconclusive', text, [seq], { blame: blame ?? 'harness' });
  }
  const where = step === null ? 'the case' : step.planned.id;
  const how = step?.closed == null ? 'did not end' : `was ${step.closed.outcome}`;
  const evidence = step?.closed == null ? [] : [step.closed.seq];
  return finding('inconclusive', `blocked: ${where} ${how}`, evidence, { blame: 'harness' });
}

/** The first step that failed, no later than the given one. */
function failureUpTo(record: CaseRecord, step: StepRecord | null): StepRecord | null {
  for (const candidate of record.steps) {
    if (candidate.closed?.outcome === 'failed') return candidate;
    if (candidate === step) return null;
  }
  return null;
}
