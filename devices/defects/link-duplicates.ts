import type { Defect } from './defect.ts';

export const linkDuplicates: Defect = {
  id: 'link-duplicates',
  title: 'One datagram of twenty from meters to head-end comes twice',
  mustTurn: ['OUT-10'],
  mayTurn: [
    'EV-01',
    'EV-03',
    'EV-04',
    'EV-05',
    'ARC-01',
    'RD-09',
    'SCH-01',
    'SCH-02',
    'SCH-03',
    'SEC-01',
    'SEC-02',
    'TMP-01',
    'TMP-03',
    'TMP-04',
    'MNT-05',
  ],
  links: { up: { duplicateOneIn: 20 } },
};
