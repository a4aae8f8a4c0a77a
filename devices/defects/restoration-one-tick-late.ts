import type { Defect } from './defect.ts';
import { restorationDeclared } from '../meter/rules/outage.ts';

export const restorationOneTickLate: Defect = {
  id: 'restoration-one-tick-late',
  title: 'A restoration is declared one tick too late',
  mustTurn: ['OUT-03'],
  mayTurn: [],
  meterRules: {
    restorationDeclared: (completed, needed) => restorationDeclared(completed - 1, needed),
  },
};
