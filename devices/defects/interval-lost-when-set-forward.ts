import type { Defect } from './defect.ts';

export const intervalLostWhenSetForward: Defect = {
  id: 'interval-lost-when-set-forward',
  title: 'A clock set forward over an interval edge drops the interval that ran',
  mustTurn: ['CLK-08'],
  mayTurn: [],
  meterRules: {
    intervalSetForward: () => 'drop',
  },
};
