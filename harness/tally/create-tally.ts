import type { PlannedCase, PlannedExpectation } from '../plan/plan.ts';
import { ArrivalTally } from './arrival-tally.ts';
import { Members } from './members.ts';
import { SilenceTally } from './silence-tally.ts';
import { answerReader, snapshotReader, StateTally } from './state-tally.ts';
import type { Tally } from './tally.ts';
import { causeOf, ThresholdTally } from './threshold-tally.ts';

/**
 * The reducer of an expectation over a group of meters.
 * @returns null on a rig, for a reading of the whole fleet, and for what cannot be asked of a fleet
 */
export function createTally(planned: PlannedCase, expectation: PlannedExpectation): Tally | null {
  if (planned.fleet === null) return null;
  const members = new Members(planned.fleet.meters, expectation.eachOf);
  switch (expectation.kind) {
    case 'message':
      // The value would have to be that of each meter; a parameter is that of none.
      return expectation.value === null ? new ArrivalTally(members, expectation) : null;
    case 'alarm':
      return new ArrivalTally(members, expectation);
    case 'never': {
      const messagesOnly = expectation.forbidden.every((one) => 'message' in one);
      return messagesOnly ? new SilenceTally(members, expectation) : null;
    }
    case 'snapshot':
      return new StateTally(members, snapshotReader(expectation, planned));
    case 'answer':
      return new StateTally(members, answerReader(expectation));
    case 'threshold': {
      const cause =
        expectation.threshold.metric === 'outage_to_alarm' ? causeOf(planned, expectation) : null;
      return new ThresholdTally(members, expectation, cause);
    }
    case 'measure':
    case 'recorded':
    case 'unchanged':
    case 'events':
    case 'intervals':
      return null;
  }
}
