import type { Defect } from './defect.ts';
import { registrationErrorPpm } from '../meter/rules/metrology.ts';

export const registrationBeyondClass: Defect = {
  id: 'registration-beyond-class',
  title: 'The meter registers 0.9 % too much at every load',
  mustTurn: ['MNT-04'],
  mayTurn: [],
  meterRules: {
    registrationErrorPpm: (question) => registrationErrorPpm(question) + 9_000,
  },
};
