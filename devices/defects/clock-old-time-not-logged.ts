import type { Defect } from './defect.ts';

export const clockOldTimeNotLogged: Defect = {
  id: 'clock-old-time-not-logged',
  title: 'A correction logs the new time only',
  mustTurn: ['CLK-07'],
  mayTurn: [],
  meterRules: {
    correctionEvents: () => [4],
  },
};
