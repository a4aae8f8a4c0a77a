import type { Defect } from './defect.ts';

export const clockStopsInOutage: Defect = {
  id: 'clock-stops-in-outage',
  title: 'The clock stands still while mains are away',
  mustTurn: ['OUT-05'],
  mayTurn: ['EV-07'],
  meterRules: {
    clockAdvanceInOutageNs: () => 0,
  },
};
