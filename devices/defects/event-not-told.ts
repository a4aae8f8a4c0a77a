import type { Defect } from './defect.ts';

export const eventNotTold: Defect = {
  id: 'event-not-told',
  title: 'One of the events of C12.19 is not told',
  mustTurn: ['EV-01'],
  mayTurn: ['EV-05'],
  meterRules: {
    eventTold: (code) => code !== 48,
  },
};
