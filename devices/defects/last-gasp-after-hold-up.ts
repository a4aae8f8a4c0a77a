import type { Defect } from './defect.ts';

export const lastGaspAfterHoldUp: Defect = {
  id: 'last-gasp-after-hold-up',
  title: 'A last gasp comes although the stored energy is used up',
  mustTurn: ['OUT-01'],
  mayTurn: ['OUT-03', 'OUT-11', 'OUT-10'],
  meterRules: {
    transmissionCarried: () => true,
  },
};
