import type { Defect } from './defect.ts';

export const oneParameterLeftOut: Defect = {
  id: 'one-parameter-left-out',
  title: 'The configuration server writes all parameters but the last',
  mustTurn: ['REG-03'],
  mayTurn: ['REG-04', 'REG-05'],
  headEndRules: {
    parametersToWrite: (keys) => keys.slice(0, -1),
  },
};
