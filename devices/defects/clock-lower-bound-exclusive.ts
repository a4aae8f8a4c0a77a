import type { Defect } from './defect.ts';
import { clockSyncDecision } from '../meter/rules/clock-sync.ts';

export const clockLowerBoundExclusive: Defect = {
  id: 'clock-lower-bound-exclusive',
  title: 'A deviation equal to the lower bound is ignored',
  mustTurn: ['CLK-01', 'CLK-04'],
  mayTurn: [],
  meterRules: {
    clockSyncDecision: (question) =>
      Math.abs(question.deviationMs) === question.lowerMs && question.lowerMs < question.upperMs
        ? 'ignore'
        : clockSyncDecision(question),
  },
};
