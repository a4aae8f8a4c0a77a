import type { Defect } from './defect.ts';

export const thresholdsOutOfTheBox: Defect = {
  id: 'thresholds-out-of-the-box',
  title: 'A new meter has thresholds that nobody gave it',
  mustTurn: ['REG-12'],
  mayTurn: ['REG-13', 'PRV-09'],
  meterRules: {
    freshSettings: () => ({
      intervalMinutes: 0,
      pushEveryMinutes: 0,
      declareAfterMs: 15_000,
      restoreAfterMs: 30_000,
      clockLowerMs: null,
      clockUpperMs: null,
      clockCycleMs: null,
    }),
  },
};
