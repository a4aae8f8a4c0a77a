import type { Defect } from './defect.ts';

export const pulsesStopAtHighLoad: Defect = {
  id: 'pulses-stop-at-high-load',
  title: 'The test LED gives no pulses above 50 A',
  mustTurn: ['MNT-03'],
  mayTurn: ['MNT-04'],
  meterRules: {
    pulsesEmitted: (currentMilliAmps) => currentMilliAmps <= 50_000,
  },
};
