import type { Defect } from './defect.ts';

export const alarmDroppedOneInAThousand: Defect = {
  id: 'alarm-dropped-one-in-a-thousand',
  title: 'One alarm of each thousand does not leave northbound',
  mustTurn: ['OUT-10'],
  mayTurn: ['OUT-11', 'EV-01', 'TMP-01', 'TMP-03', 'TMP-04', 'MNT-05'],
  headEndRules: {
    alarmPublished: (nth) => nth % 1000 !== 100,
  },
};
