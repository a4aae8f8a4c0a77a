import type { Defect } from './defect.ts';

export const settingsBeforeVersion: Defect = {
  id: 'settings-before-version',
  title: 'Further steps go out before Get Version was answered',
  mustTurn: ['PRV-04'],
  mayTurn: ['PRV-03', 'PRV-05', 'PRV-06', 'PRV-01', 'PRV-02', 'SEC-09', 'ARC-01', 'SCH-03'],
  headEndRules: {
    mayProceedBeforeVersion: () => true,
  },
};
