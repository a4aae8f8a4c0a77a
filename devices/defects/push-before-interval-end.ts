import type { Defect } from './defect.ts';

export const pushBeforeIntervalEnd: Defect = {
  id: 'push-before-interval-end',
  title: 'Interval data is sent a second before the interval is complete',
  mustTurn: ['RD-03'],
  mayTurn: [],
  meterRules: {
    pushDue: (shownMs, endMs) => shownMs >= endMs - 1000,
  },
};
