import type { Defect } from './defect.ts';

export const eventToldOneTooLate: Defect = {
  id: 'event-told-one-too-late',
  title: 'An alarm needs one event more than it was told',
  mustTurn: ['EV-03'],
  mayTurn: [
    'EV-01',
    'EV-04',
    'EV-05',
    'EV-06',
    'OUT-07',
    'TMP-02',
    'TMP-01',
    'TMP-03',
    'TMP-04',
    'MNT-05',
  ],
  meterRules: {
    eventAlerts: (counted, atLeast) => counted > atLeast,
  },
};
