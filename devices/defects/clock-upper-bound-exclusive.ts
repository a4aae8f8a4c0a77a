import type { Defect } from './defect.ts';
import { clockSyncDecision } from '../meter/rules/clock-sync.ts';

export const clockUpperBoundExclusive: Defect = {
  id: 'clock-upper-bound-exclusive',
  title: 'A deviation equal to the upper bound raises the alarm',
  mustTurn: ['CLK-01', 'CLK-04'],
  mayTurn: [],
  meterRules: {
    clockSyncDecision: (question) =>
      question.enabled && Math.abs(question.deviationMs) === question.upperMs
        ? 'alarm'
        : clockSyncDecision(question),
  },
};
