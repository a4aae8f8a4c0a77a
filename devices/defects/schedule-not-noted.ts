import type { Defect } from './defect.ts';

export const scheduleNotNoted: Defect = {
  id: 'schedule-not-noted',
  title: 'The head-end does not note the schedule that it gave to a meter',
  mustTurn: ['PRV-09'],
  mayTurn: ['REG-13', 'PRV-01', 'SCH-02', 'SCH-03'],
  headEndRules: {
    scheduleHeld: () => 0,
  },
};
