import type { Defect } from './defect.ts';

export const tiltNotTold: Defect = {
  id: 'tilt-not-told',
  title: 'A meter that is moved says nothing',
  mustTurn: ['TMP-01'],
  mayTurn: [],
  meterRules: {
    tiltTold: () => false,
  },
};
