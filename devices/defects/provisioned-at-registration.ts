import type { Defect } from './defect.ts';

export const provisionedAtRegistration: Defect = {
  id: 'provisioned-at-registration',
  title: 'A meter counts as provisioned as soon as it registers',
  mustTurn: ['REG-07'],
  mayTurn: ['REG-06', 'REG-08', 'REG-09', 'REG-10', 'PRV-01'],
  headEndRules: {
    placedWhen: () => 'provisioned',
  },
};
