import type { Defect } from './defect.ts';

export const alarmPublishedTwice: Defect = {
  id: 'alarm-published-twice',
  title: 'Every alarm leaves northbound twice',
  mustTurn: ['OUT-10'],
  mayTurn: ['OUT-11'],
  headEndRules: {
    alarmCopies: () => 2,
  },
};
