import { missingFrom } from '../blocked.ts';
import { seenOf } from '../case-record.ts';
import type { CaseRecord } from '../case-record.ts';
import { finding } from '../finding.ts';
import type { ExpectationOf, Finding } from '../finding.ts';

/** What the device answered to a step: accepted or refused, as it should. */
export function judgeAnswer(expectation: ExpectationOf<'answer'>, record: CaseRecord): Finding {
  const step = record.steps.find(({ planned }) => planned.id === expectation.step);
  if (step === undefined) {
    const reason = `the case has no step ${expectation.step}`;
    return finding('inconclusive', reason, [], { blame: 'scenario' });
  }
  const answer = seenOf(record, 'answer').findLast((seen) => seen.step === expectation.step);
  if (answer === undefined) return missingFrom(record, step, `the answer to ${expectation.step}`);
  const { accepted, detail } = answer.observation;
  const word = accepted ? 'accepted' : 'refused';
  const verdict = accepted === expectation.accepted ? 'pass' : 'fail';
  return finding(verdict, `${expectation.step} was ${word}: ${detail}`, [answer.seq]);
}
