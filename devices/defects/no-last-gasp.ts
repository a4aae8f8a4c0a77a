import type { Defect } from './defect.ts';

export const noLastGasp: Defect = {
  id: 'no-last-gasp',
  title: 'A declared outage is not told',
  mustTurn: ['OUT-01'],
  mayTurn: ['EV-07', 'OUT-04', 'OUT-03', 'OUT-02', 'OUT-10', 'OUT-11', 'EV-06', 'OUT-07', 'TMP-02'],
  meterRules: {
    lastGaspSent: () => false,
  },
};
