import type { Defect } from './defect.ts';

export const filtersShareACounter: Defect = {
  id: 'filters-share-a-counter',
  title: 'Reverse rotation is counted as tamper',
  mustTurn: ['EV-05'],
  mayTurn: ['EV-01'],
  meterRules: {
    countedAs: (code) => (code === 48 ? 47 : code),
  },
};
