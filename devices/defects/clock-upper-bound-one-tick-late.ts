import type { Defect } from './defect.ts';
import { clockSyncDecision } from '../meter/rules/clock-sync.ts';

/** One tick of the meter's clock. */
const TICK_MS = 1_000;

export const clockUpperBoundOneTickLate: Defect = {
  id: 'clock-upper-bound-one-tick-late',
  title: 'A deviation one tick above the upper bound is corrected',
  mustTurn: ['CLK-02', 'CLK-04'],
  mayTurn: [],
  meterRules: {
    clockSyncDecision: (question) =>
      clockSyncDecision({ ...question, upperMs: question.upperMs + TICK_MS }),
  },
};
