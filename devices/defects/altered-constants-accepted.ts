import type { Defect } from './defect.ts';

export const alteredConstantsAccepted: Defect = {
  id: 'altered-constants-accepted',
  title: 'Altered calibration constants raise no error',
  mustTurn: ['MNT-05'],
  mayTurn: [],
  meterRules: {
    calibrationDiffers: () => false,
  },
};
