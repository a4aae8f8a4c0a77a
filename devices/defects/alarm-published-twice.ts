import type { Defect } from './defect.ts';

export const alarmPublishedTwice: Defect = {
  id: 'alarm-published-twice',
  title: 'Every alarm leaves northbound twice',
  mustTurn: ['OUT-10'],
  mayTurn: ['OUT-11', 'EV-01', 'EV-03', 'EV-04', 'EV-05', 'TMP-01', 'TMP-03', 'TMP-04', 'MNT-05'],
  headEndRules: {
    alarmCopies: () => 2,
  },
};
