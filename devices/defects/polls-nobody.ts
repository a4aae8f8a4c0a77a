import type { Defect } from './defect.ts';

export const pollsNobody: Defect = {
  id: 'polls-nobody',
  title: 'No meter counts as missing',
  mustTurn: ['SCH-02'],
  mayTurn: ['SCH-03'],
  headEndRules: {
    reportMissing: () => false,
  },
};
