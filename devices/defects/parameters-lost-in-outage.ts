import type { Defect } from './defect.ts';

export const parametersLostInOutage: Defect = {
  id: 'parameters-lost-in-outage',
  title: 'Parameters and settings do not outlive a cut of the mains',
  mustTurn: ['REG-03'],
  mayTurn: [
    'EV-07',
    'RD-02',
    'REG-04',
    'REG-12',
    'OUT-02',
    'OUT-03',
    'OUT-11',
    'OUT-10',
    'OUT-01',
    'EV-06',
    'OUT-07',
    'TMP-02',
    'LOD-06',
  ],
  meterRules: {
    settingsKept: () => false,
  },
};
