import type { Defect } from './defect.ts';

export const intervalDoubledWhenSetBack: Defect = {
  id: 'interval-doubled-when-set-back',
  title: 'A clock set back over an interval edge begins a second interval with the same end',
  mustTurn: ['CLK-08'],
  mayTurn: [],
  meterRules: {
    intervalSetBack: () => 'repeat',
  },
};
