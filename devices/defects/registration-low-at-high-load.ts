import type { Defect } from './defect.ts';
import { registrationErrorPpm } from '../meter/rules/metrology.ts';

export const registrationLowAtHighLoad: Defect = {
  id: 'registration-low-at-high-load',
  title: 'The meter registers 0.9 % too little above 50 A',
  mustTurn: ['MNT-04'],
  mayTurn: [],
  meterRules: {
    registrationErrorPpm: (question) =>
      registrationErrorPpm(question) - (question.currentMilliAmps > 50_000 ? 9_000 : 0),
  },
};
