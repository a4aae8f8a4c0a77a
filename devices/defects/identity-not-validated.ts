import type { Defect } from './defect.ts';

export const identityNotValidated: Defect = {
  id: 'identity-not-validated',
  title: 'Whatever a meter says of itself is believed',
  mustTurn: ['REG-10'],
  mayTurn: [],
  headEndRules: {
    identityRefusal: () => null,
  },
};
