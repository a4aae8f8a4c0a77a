import type { Defect } from './defect.ts';

export const clockBoundsCrossedAccepted: Defect = {
  id: 'clock-bounds-crossed-accepted',
  title: 'A lower bound above the upper one is taken over',
  mustTurn: ['CLK-06'],
  mayTurn: [],
  meterRules: {
    clockBoundsAccepted: () => true,
  },
};
