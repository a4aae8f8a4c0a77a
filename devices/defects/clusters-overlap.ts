import type { Defect } from './defect.ts';

export const clustersOverlap: Defect = {
  id: 'clusters-overlap',
  title: 'The next cluster begins before the one before is through',
  mustTurn: ['LOD-01'],
  mayTurn: [],
  headEndRules: {
    nextClusterMayStart: (open) => open < 10,
  },
};
