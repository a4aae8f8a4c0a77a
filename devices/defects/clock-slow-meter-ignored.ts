import type { Defect } from './defect.ts';
import { clockSyncDecision } from '../meter/rules/clock-sync.ts';

export const clockSlowMeterIgnored: Defect = {
  id: 'clock-slow-meter-ignored',
  title: 'A meter that is slow is never corrected nor reported',
  mustTurn: ['CLK-01', 'CLK-02', 'CLK-04'],
  mayTurn: ['CLK-06', 'CLK-07', 'CLK-08', 'CLK-09'],
  meterRules: {
    clockSyncDecision: (question) =>
      question.deviationMs < 0 ? 'ignore' : clockSyncDecision(question),
  },
};
