import type { Defect } from './defect.ts';

export const registersElsewhere: Defect = {
  id: 'registers-elsewhere',
  title: 'A module registers with another title than the one written into it',
  mustTurn: ['REG-04'],
  mayTurn: [
    'REG-05',
    'OUT-01',
    'OUT-02',
    'OUT-10',
    'OUT-11',
    'CLK-01',
    'CLK-02',
    'CLK-04',
    'CLK-06',
    'CLK-07',
    'CLK-08',
    'CLK-09',
    'LOD-06',
  ],
  meterRules: {
    registrationTarget: () => '.2.2',
  },
};
