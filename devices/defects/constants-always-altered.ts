import type { Defect } from './defect.ts';

export const constantsAlwaysAltered: Defect = {
  id: 'constants-always-altered',
  title: 'E001 is raised when the constants are right again, too',
  mustTurn: ['MNT-05'],
  mayTurn: [],
  meterRules: {
    calibrationDiffers: () => true,
  },
};
