import type { Defect } from './defect.ts';

export const eventCounterKept: Defect = {
  id: 'event-counter-kept',
  title: 'Counting goes on after an alarm, whatever was told',
  mustTurn: ['EV-04'],
  mayTurn: ['EV-03', 'EV-01'],
  meterRules: {
    counterReset: () => false,
  },
};
