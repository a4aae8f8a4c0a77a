import type { Defect } from './defect.ts';

export const reportedOutageNotCounted: Defect = {
  id: 'reported-outage-not-counted',
  title: 'An outage that was reported is no exception',
  mustTurn: ['OUT-07', 'TMP-02'],
  mayTurn: ['EV-06'],
  meterRules: { reportedOutageCounts: () => false },
};
