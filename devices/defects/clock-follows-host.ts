import type { Defect } from './defect.ts';

export const clockFollowsHost: Defect = {
  id: 'clock-follows-host',
  title: 'The module follows the clock of its surroundings instead of the head-end',
  mustTurn: ['CLK-06'],
  mayTurn: [],
  meterRules: {
    followedReferenceNs: (_headEndNs, hostNs) => hostNs,
  },
};
