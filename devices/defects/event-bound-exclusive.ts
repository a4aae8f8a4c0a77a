import type { Defect } from './defect.ts';

export const eventBoundExclusive: Defect = {
  id: 'event-bound-exclusive',
  title: 'An event that comes exactly at the end of the time does not count',
  mustTurn: ['EV-03'],
  mayTurn: ['EV-01'],
  meterRules: {
    eventStillCounts: (elapsedMs, withinMs) => elapsedMs < withinMs,
  },
};
