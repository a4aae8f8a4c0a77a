import type { Defect } from './defect.ts';

export const provisionedNotRead: Defect = {
  id: 'provisioned-not-read',
  title: 'Data is refused although the meter is provisioned',
  mustTurn: ['REG-09'],
  mayTurn: [
    'EV-07',
    'RD-02',
    'PRV-01',
    'RD-01',
    'LOD-01',
    'LOD-02',
    'LOD-06',
    'SCH-02',
    'SCH-03',
    'RD-08',
  ],
  headEndRules: {
    readRefusal: () => 'data is not read on Thursdays',
  },
};
