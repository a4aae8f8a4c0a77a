import type { Defect } from './defect.ts';

export const pollsEverybody: Defect = {
  id: 'polls-everybody',
  title: 'Every meter with a schedule counts as missing',
  mustTurn: ['SCH-03'],
  mayTurn: [],
  headEndRules: {
    reportMissing: () => true,
  },
};
