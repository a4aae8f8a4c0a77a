import type { Defect } from './defect.ts';

export const registeredTwice: Defect = {
  id: 'registered-twice',
  title: 'A meter that registers again gets a second record',
  mustTurn: ['REG-06'],
  mayTurn: ['REG-07', 'REG-10'],
  headEndRules: {
    registrationRecord: () => 'create',
  },
};
