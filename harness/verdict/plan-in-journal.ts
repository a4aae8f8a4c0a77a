import { DamagedRunError, JOURNAL_NAME } from '../journal/damage.ts';
import type { Entry } from '../journal/entry.ts';
import type { Plan } from '../plan/plan.ts';
import { planShape } from './plan-shape.ts';

/** A journal that cannot be judged because its plan is not one that this version reads. */
export class JournalPlanError extends DamagedRunError {
  constructor(line: number, what: string, options?: ErrorOptions) {
    super(JOURNAL_NAME, line, `plan.json ${what}`, options);
    this.name = 'JournalPlanError';
  }
}

/**
 * The plan that a journal carries as the text of plan.json.
 * @returns null when the journal ends before its plan
 * @throws JournalPlanError when the text is no plan of a format that is known here, or lacks a part of one
 */
export function planIn(entries: readonly Entry[]): Plan | null {
  const file = entries.find((entry) => entry.kind === 'file' && entry.name === 'plan.json');
  if (file?.kind !== 'file') return null;
  let plan: Partial<Plan> | null;
  try {
    plan = JSON.parse(file.text) as Partial<Plan> | null;
  } catch (cause) {
    throw new JournalPlanError(file.seq, 'is not JSON', { cause });
  }
  if (plan?.format !== 'meterbench-plan/1') {
    const what = `has the format ${String(plan?.format)}, meterbench-plan/1 is known`;
    throw new JournalPlanError(file.seq, what);
  }
  const wrong = planShape(plan, '');
  if (wrong !== null) throw new JournalPlanError(file.seq, wrong);
  return plan as Plan;
}
