import type { Defect } from './defect.ts';

export const noRestoration: Defect = {
  id: 'no-restoration',
  title: 'The end of a declared outage is not told',
  mustTurn: ['OUT-02'],
  mayTurn: ['EV-07', 'OUT-03', 'OUT-11'],
  meterRules: {
    restorationSent: () => false,
  },
};
