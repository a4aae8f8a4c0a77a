import type { Defect } from './defect.ts';

export const magnetNotWatched: Defect = {
  id: 'magnet-not-watched',
  title: 'The magnetic sensor is not connected',
  mustTurn: ['TMP-04'],
  mayTurn: [],
  meterRules: {
    sensorWatched: (sensor) => sensor === 'case',
  },
};
