import type { ExpectationKind, PlannedExpectation } from '../../plan/plan.ts';
import type { CaseRecord } from '../case-record.ts';
import { evaluate } from '../evaluate.ts';
import { finding } from '../finding.ts';
import type { ExpectationOf, Finding } from '../finding.ts';
import { judgeAnswer } from './answer.ts';
import { judgeEvents } from './events.ts';
import { judgeIntervals } from './intervals.ts';
import { judgeMeasure } from './measure.ts';
import { judgeMessage } from './message.ts';
import { judgeNever } from './never.ts';
import { judgeOnFleet } from './on-fleet.ts';
import { judgeRecorded } from './recorded.ts';
import { judgeUnchanged } from './unchanged.ts';

/** Decides expectations of one kind by what the journal says about their case. */
type Judge<K extends ExpectationKind> = (
  expectation: ExpectationOf<K>,
  record: CaseRecord,
) => Finding;

const JUDGES: { readonly [K in ExpectationKind]: Judge<K> } = {
  measure: judgeMeasure,
  recorded: judgeRecorded,
  message: judgeMessage,
  never: judgeNever,
  unchanged: judgeUnchanged,
  events: judgeEvents,
  intervals: judgeIntervals,
  answer: judgeAnswer,
  alarm: judgeOfFleetOnly,
  snapshot: judgeOfFleetOnly,
  threshold: judgeOfFleetOnly,
};

/** A reading of the whole fleet is judged as one of a rig. */
const OF_THE_WHOLE: ReadonlySet<ExpectationKind> = new Set(['measure', 'recorded']);

/**
 * Decides one expectation of a case.
 * @returns null when its `when` says that it is not asked here
 */
export function judgeExpectation(
  expectation: PlannedExpectation,
  record: CaseRecord,
): Finding | null {
  const { when } = expectation;
  if (when === null) return judgeAsked(expectation.kind, expectation, record);
  const asked = evaluate(record, when);
  if (!asked.ok) return asked.finding;
  if (asked.value === false) return null;
  if (asked.value !== true) {
    const reason = `"${when}" is the number ${asked.value}, not a truth value`;
    return finding('inconclusive', reason, asked.evidence, { blame: 'scenario' });
  }
  const found = judgeAsked(expectation.kind, expectation, record);
  const evidence = new Set([...asked.evidence, ...found.evidence]);
  return { ...found, evidence: [...evidence].sort((a, b) => a - b) };
}

/** The kind ties the judge to its own expectation. */
function judgeAsked<K extends ExpectationKind>(
  kind: K,
  expectation: ExpectationOf<K>,
  record: CaseRecord,
): Finding {
  const isOfGroup = record.planned.fleet !== null && !OF_THE_WHOLE.has(kind);
  return isOfGroup ? judgeOnFleet(expectation, record) : JUDGES[kind](expectation, record);
}

function judgeOfFleetOnly({ kind }: PlannedExpectation): Finding {
  const reason = `${kind}: only a fleet can be asked`;
  return finding('inconclusive', reason, [], { blame: 'scenario' });
}
