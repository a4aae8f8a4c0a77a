import type { Defect } from './defect.ts';

export const clockCorrectionNotFlagged: Defect = {
  id: 'clock-correction-not-flagged',
  title: 'The interval of a correction carries no flag',
  mustTurn: ['CLK-07'],
  mayTurn: [],
  meterRules: {
    correctionFlagsInterval: () => false,
  },
};
