import type { Defect } from './defect.ts';

export const acknowledgedBeforeStored: Defect = {
  id: 'acknowledged-before-stored',
  title: 'Alarms are acknowledged before they are durable',
  mustTurn: ['OUT-10'],
  mayTurn: [],
  headEndRules: {
    acknowledgeWhen: () => 'at once',
  },
  // What was acknowledged too early is missing only after the process was killed.
  needsWallTime: true,
};
