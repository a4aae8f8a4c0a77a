import type { Defect } from './defect.ts';

export const tenMinutePush: Defect = {
  id: 'ten-minute-push',
  title: 'A schedule quicker than a quarter of an hour is accepted',
  mustTurn: ['RD-03'],
  mayTurn: [],
  meterRules: {
    pushAccepted: () => true,
  },
};
