import type { Defect } from './defect.ts';

export const flaggedIntervalNotLogged: Defect = {
  id: 'flagged-interval-not-logged',
  title: 'The head-end notes nothing of a flagged interval',
  mustTurn: ['RD-02'],
  mayTurn: [],
  headEndRules: {
    flaggedIntervalLogged: () => false,
  },
};
