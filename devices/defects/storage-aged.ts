import type { Defect } from './defect.ts';

export const storageAged: Defect = {
  id: 'storage-aged',
  title: 'The storage holds six tenths of what it held when it was new',
  mustTurn: ['OUT-04'],
  mayTurn: ['OUT-01', 'OUT-02', 'OUT-03', 'OUT-06', 'OUT-10', 'OUT-11'],
  meterRules: {
    storageHoldsJoules: (newJoules) => 0.6 * newJoules,
  },
};
