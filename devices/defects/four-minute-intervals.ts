import type { Defect } from './defect.ts';

export const fourMinuteIntervals: Defect = {
  id: 'four-minute-intervals',
  title: 'Intervals shorter than five minutes are accepted',
  mustTurn: ['RD-01'],
  mayTurn: [],
  meterRules: {
    intervalAccepted: (intervalMinutes) => intervalMinutes >= 4,
  },
};
