import type { Defect } from './defect.ts';

export const wiringErrorNotCleared: Defect = {
  id: 'wiring-error-not-cleared',
  title: 'That a wiring error is over is told nobody',
  mustTurn: ['TMP-03'],
  mayTurn: [],
  meterRules: {
    wiringErrorTold: (_, present) => present,
  },
};
