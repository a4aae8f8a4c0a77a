import type { Defect } from './defect.ts';

export const getVersionSkipped: Defect = {
  id: 'get-version-skipped',
  title: 'Provisioning begins with the settings instead of Get Version',
  mustTurn: ['PRV-03'],
  mayTurn: [
    'PRV-04',
    'PRV-05',
    'PRV-06',
    'PRV-02',
    'PRV-01',
    'REG-13',
    'PRV-09',
    'PRV-07',
    'PRV-08',
  ],
  headEndRules: {
    firstTransaction: () => 'configure-intervals',
  },
};
