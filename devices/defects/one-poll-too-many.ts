import type { Defect } from './defect.ts';

export const onePollTooMany: Defect = {
  id: 'one-poll-too-many',
  title: 'One transaction more than allowed is in flight',
  mustTurn: ['LOD-02'],
  mayTurn: [],
  headEndRules: {
    mayStartPoll: (inFlight, concurrency) => inFlight <= concurrency,
  },
};
