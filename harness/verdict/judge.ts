import type { GuardianEntry } from '../../rigs/port/guardian-entry.ts';
import type { Entry } from '../journal/entry.ts';
import type { Plan, PlannedCase } from '../plan/plan.ts';
import { entriesByCase, recordOf } from './case-record.ts';
import type { CaseRecord } from './case-record.ts';
import { caseRows } from './case-rows.ts';
import type { CaseFate } from './case-rows.ts';
import { exitCodeOf } from './exit-code.ts';
import { asStimulus, inapplicableRows, requiredRows, unaskedRows } from './plan-rows.ts';
import { planIn } from './plan-in-journal.ts';
import { rigSafeOf } from './rig-safe.ts';
import type { Judgement, Verdict } from './verdict.ts';

export interface JudgeOptions {
  /** The journal ends in the middle of a line: the run was killed. */
  readonly torn?: boolean;
  /** What the guardian of the rig wrote; it has the last word on a run that was killed. */
  readonly guardian?: readonly GuardianEntry[];
}

/**
 * Decides every requirement that a run asked, from its journal alone. A journal without its end
 * (torn, or no run-closed) is that of an interrupted run and is judged as far as it goes.
 * @throws JournalPlanError when the journal's plan cannot be read
 */
export function judge(
  entries: readonly Entry[],
  { torn = false, guardian = [] }: JudgeOptions = {},
): Judgement {
  const plan = planIn(entries);
  const interrupted = interruptionOf(entries, torn);
  const rigSafe = rigSafeOf(entries, guardian);
  const verdicts = plan === null ? [] : rowsOf(plan, entries, interrupted);
  const exitCode = exitCodeOf({
    rigSafe,
    harnessError: entries.some(({ kind }) => kind === 'harness-error'),
    aborted: interrupted !== null,
    words: verdicts.map(({ verdict }) => verdict),
  });
  return { exitCode, verdicts, rigSafe };
}

/** What ended a run before it was through, in words; null when nothing did. */
export function interruptionOf(entries: readonly Entry[], torn: boolean): string | null {
  const aborted = entries.find(({ kind }) => kind === 'aborted');
  if (aborted?.kind === 'aborted') return aborted.by;
  if (!torn && entries.some(({ kind }) => kind === 'run-closed')) return null;
  const last = entries.at(-1);
  const line = last === undefined ? 'before its first line' : `after line ${last.seq}`;
  return `the journal ends ${line} without the end of the run`;
}

function rowsOf(
  plan: Plan,
  entries: readonly Entry[],
  interrupted: string | null,
): readonly Verdict[] {
  const byCase = entriesByCase(entries);
  const opened = entries.findLast(({ kind }) => kind === 'case-opened');
  const lastKey = opened?.kind === 'case-opened' ? opened.case : null;
  const asked = plan.cases.flatMap((planned) => {
    const record = recordOf(planned, plan, byCase.get(planned.key) ?? []);
    return rowsOfCase(record, plan, fateOf(record, interrupted, lastKey));
  });
  const all = [...asked, ...unaskedRows(plan, asked), ...inapplicableRows(plan)];
  return [...all, ...requiredRows(plan, all)];
}

/**
 * What a case that has closed came to, while the run goes on: the rows that {@link judge} gives it,
 * unless the run is interrupted before its next case.
 * @param entries the lines of the case
 */
export function judgeClosedCase(
  plan: Plan,
  planned: PlannedCase,
  entries: readonly Entry[],
): readonly Verdict[] {
  const record = recordOf(planned, plan, entries);
  return rowsOfCase(record, plan, fateOf(record, null, null));
}

function rowsOfCase(record: CaseRecord, plan: Plan, fate: CaseFate): readonly Verdict[] {
  return caseRows(record, fate, plan).map((row) => asStimulus(row, record.planned, plan));
}

function fateOf(record: CaseRecord, interrupted: string | null, lastKey: string | null): CaseFate {
  const [message] = record.errors;
  if (message !== undefined) return { kind: 'broken', message };
  if (interrupted !== null && isCut(record, record.planned, lastKey)) {
    return { kind: 'cut', by: interrupted };
  }
  if (record.opened === null) return { kind: 'left out', reason: 'the case was not run' };
  return { kind: 'ran' };
}

/** Whether an interruption reached a case: not through, or the one that ran when it came. */
function isCut(record: CaseRecord, { key }: PlannedCase, lastKey: string | null): boolean {
  return record.closed === null || key === lastKey;
}
