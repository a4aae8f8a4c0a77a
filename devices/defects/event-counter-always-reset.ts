import type { Defect } from './defect.ts';

export const eventCounterAlwaysReset: Defect = {
  id: 'event-counter-always-reset',
  title: 'Counting begins anew after an alarm, whatever was told',
  mustTurn: ['EV-04'],
  mayTurn: [],
  meterRules: {
    counterReset: () => true,
  },
};
