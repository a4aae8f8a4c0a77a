import type { Defect } from './defect.ts';

export const configuredOutOfTheBox: Defect = {
  id: 'configured-out-of-the-box',
  title: 'A module takes itself for configured before anybody wrote anything',
  mustTurn: ['REG-01'],
  mayTurn: ['REG-02', 'REG-03', 'REG-04', 'REG-05', 'REG-07'],
  meterRules: {
    startsPreConfigured: () => false,
  },
};
