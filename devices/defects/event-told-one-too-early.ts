import type { Defect } from './defect.ts';

export const eventToldOneTooEarly: Defect = {
  id: 'event-told-one-too-early',
  title: 'An alarm needs one event less than it was told',
  mustTurn: ['EV-03'],
  mayTurn: ['EV-04', 'EV-05', 'EV-06', 'OUT-07', 'TMP-02'],
  meterRules: {
    eventAlerts: (counted, atLeast) => counted >= atLeast - 1,
  },
};
