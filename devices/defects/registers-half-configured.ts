import type { Defect } from './defect.ts';

export const registersHalfConfigured: Defect = {
  id: 'registers-half-configured',
  title: 'A module registers before all its parameters are written',
  mustTurn: ['REG-04'],
  mayTurn: ['REG-01', 'REG-03', 'REG-05'],
  meterRules: {
    registersWhen: (parametersSet) => parametersSet >= 4,
  },
};
