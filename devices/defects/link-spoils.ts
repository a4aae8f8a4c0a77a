import type { Defect } from './defect.ts';

export const linkSpoils: Defect = {
  id: 'link-spoils',
  title: 'One datagram of twenty from meters to head-end has a flipped byte',
  mustTurn: ['OUT-10'],
  mayTurn: [
    'OUT-11',
    'REG-03',
    'REG-04',
    'REG-05',
    'REG-08',
    'REG-09',
    'REG-13',
    'PRV-01',
    'PRV-03',
    'PRV-04',
    'PRV-07',
    'PRV-09',
    'RD-01',
    'RD-03',
    'LOD-01',
    'LOD-02',
  ],
  links: { up: { spoilOneIn: 20 } },
};
