import type { Defect } from './defect.ts';

export const caseNotWatched: Defect = {
  id: 'case-not-watched',
  title: 'The micro-switch of the case is not connected',
  mustTurn: ['TMP-04'],
  mayTurn: [],
  meterRules: {
    sensorWatched: (sensor) => sensor === 'magnet',
  },
};
