import type { Defect } from './defect.ts';

export const pinNotAsked: Defect = {
  id: 'pin-not-asked',
  title: 'A transaction is executed with a wrong PIN',
  mustTurn: ['SEC-09', 'PRV-05'],
  mayTurn: [],
  meterRules: {
    pinOpens: () => true,
  },
};
