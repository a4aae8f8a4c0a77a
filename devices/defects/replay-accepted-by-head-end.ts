import type { Defect } from './defect.ts';

export const replayAcceptedByHeadEnd: Defect = {
  id: 'replay-accepted-by-head-end',
  title: 'A message that was recorded and sent again is taken for a new one',
  mustTurn: ['REG-06', 'SEC-02'],
  mayTurn: [],
  headEndRules: {
    replayAccepted: () => true,
  },
};
