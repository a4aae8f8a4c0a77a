import type { Defect } from './defect.ts';

export const coverageAfterProvisioning: Defect = {
  id: 'coverage-after-provisioning',
  title: 'Coverage is not recorded before the first step',
  mustTurn: ['PRV-08'],
  mayTurn: [],
  headEndRules: {
    coverageFirst: () => false,
  },
};
