import type { Defect } from './defect.ts';

export const linkDuplicates: Defect = {
  id: 'link-duplicates',
  title: 'One datagram of twenty from meters to head-end comes twice',
  mustTurn: ['OUT-10'],
  mayTurn: [],
  links: { up: { duplicateOneIn: 20 } },
};
