import type { Defect } from './defect.ts';
import { clockSyncDecision } from '../meter/rules/clock-sync.ts';

/** One tick of the meter's clock. */
const TICK_MS = 1_000;

export const clockLowerBoundOneTickEarly: Defect = {
  id: 'clock-lower-bound-one-tick-early',
  title: 'A deviation one tick below the lower bound is corrected',
  mustTurn: ['CLK-03', 'CLK-04'],
  mayTurn: [],
  meterRules: {
    clockSyncDecision: (question) =>
      clockSyncDecision({ ...question, lowerMs: Math.max(0, question.lowerMs - TICK_MS) }),
  },
};
