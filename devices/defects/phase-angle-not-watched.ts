import type { Defect } from './defect.ts';

export const phaseAngleNotWatched: Defect = {
  id: 'phase-angle-not-watched',
  title: 'A displaced phase angle is not noticed',
  mustTurn: ['TMP-03'],
  mayTurn: [],
  meterRules: {
    wiringErrorTold: (error) => error !== 'phase-angle',
  },
};
