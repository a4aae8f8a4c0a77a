import type { Defect } from './defect.ts';

export const linkReorders: Defect = {
  id: 'link-reorders',
  title: 'One datagram of twenty from meters to head-end is overtaken by the next of its meter',
  mustTurn: ['OUT-10'],
  // One that waits for the next of its meter may wait for long: an answer to a poll, or a last gasp.
  mayTurn: [
    'OUT-11',
    'LOD-01',
    'LOD-02',
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
  links: { up: { reorderOneIn: 20 } },
};
