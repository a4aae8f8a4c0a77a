import type { Defect } from './defect.ts';

export const sameStepsForAllVersions: Defect = {
  id: 'same-steps-for-all-versions',
  title: 'Older modules are asked what only newer ones know',
  mustTurn: ['PRV-04'],
  mayTurn: ['PRV-01', 'REG-13'],
  headEndRules: {
    stepsFor: () => [
      'configure-intervals',
      'configure-push',
      'configure-outage-alarms',
      'configure-clock-sync',
      'read-settings',
    ],
  },
};
