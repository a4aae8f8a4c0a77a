import type { Defect } from './defect.ts';

export const linkReorders: Defect = {
  id: 'link-reorders',
  title: 'One datagram of twenty from meters to head-end is overtaken by the next of its meter',
  mustTurn: ['OUT-10'],
  // One that waits for the next of its meter may wait for long: an answer to a poll, or a last gasp.
  mayTurn: ['OUT-11', 'LOD-01', 'LOD-02'],
  links: { up: { reorderOneIn: 20 } },
};
