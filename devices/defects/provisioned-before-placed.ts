import type { Defect } from './defect.ts';

export const provisionedBeforePlaced: Defect = {
  id: 'provisioned-before-placed',
  title: 'Provisioning begins although the meter has not registered',
  mustTurn: ['REG-08'],
  mayTurn: ['REG-05'],
  headEndRules: {
    provisioningRefusal: (state) => (state === 'provisioning' ? 'it runs already' : null),
  },
};
