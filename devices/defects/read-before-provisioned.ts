import type { Defect } from './defect.ts';

export const readBeforeProvisioned: Defect = {
  id: 'read-before-provisioned',
  title: 'Data is read although provisioning is not through',
  mustTurn: ['PRV-01'],
  mayTurn: ['REG-09'],
  headEndRules: {
    readRefusal: () => null,
  },
};
