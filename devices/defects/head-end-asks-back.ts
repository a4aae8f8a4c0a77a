import type { Defect } from './defect.ts';

export const headEndAsksBack: Defect = {
  id: 'head-end-asks-back',
  title: 'Each report of a meter is answered by a question',
  mustTurn: ['ARC-01'],
  mayTurn: ['SCH-02', 'SCH-03', 'LOD-02', 'RD-08'],
  headEndRules: {
    asksAfterReport: () => true,
  },
};
