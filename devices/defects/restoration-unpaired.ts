import type { Defect } from './defect.ts';

export const restorationUnpaired: Defect = {
  id: 'restoration-unpaired',
  title: 'A restoration does not name the last gasp that it ends',
  mustTurn: ['OUT-11'],
  mayTurn: [],
  headEndRules: {
    restorationPairsWith: () => null,
  },
};
