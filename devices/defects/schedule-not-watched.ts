import type { Defect } from './defect.ts';

export const scheduleNotWatched: Defect = {
  id: 'schedule-not-watched',
  title: 'A meter keeps its schedule and does not send by it',
  mustTurn: ['SCH-01', 'RD-09'],
  mayTurn: ['RD-01', 'RD-03', 'ARC-01', 'SCH-03', 'RD-08', 'REG-09'],
  meterRules: {
    scheduleWatched: () => false,
  },
};
