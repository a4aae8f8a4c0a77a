import type { Defect } from './defect.ts';

export const outageNotFlagged: Defect = {
  id: 'outage-not-flagged',
  title: 'The intervals of an outage do not say that the mains failed',
  mustTurn: ['EV-07'],
  mayTurn: ['RD-02'],
  meterRules: {
    outageFlagged: () => false,
  },
};
