import type { Defect } from './defect.ts';

export const transmissionDrainsStorage: Defect = {
  id: 'transmission-drains-storage',
  title: 'One transmission takes all that the storage holds',
  mustTurn: ['OUT-06'],
  mayTurn: ['OUT-01', 'OUT-02', 'OUT-03', 'OUT-10', 'OUT-11'],
  meterRules: {
    transmissionTakesJoules: (transmissionJoules) => 10 * transmissionJoules,
  },
};
