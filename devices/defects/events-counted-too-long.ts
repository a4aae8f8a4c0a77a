import type { Defect } from './defect.ts';

export const eventsCountedTooLong: Defect = {
  id: 'events-counted-too-long',
  title: 'An event counts a tick longer than the filter says',
  mustTurn: ['EV-03'],
  mayTurn: [],
  meterRules: {
    eventStillCounts: (elapsedMs, withinMs) => elapsedMs <= withinMs + 10,
  },
};
