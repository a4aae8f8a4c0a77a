import type { Defect } from './defect.ts';
import { outageDeclared } from '../meter/rules/outage.ts';

export const outageOneTickEarly: Defect = {
  id: 'outage-one-tick-early',
  title: 'An outage is declared one tick too early',
  mustTurn: ['OUT-03'],
  mayTurn: ['OUT-04', 'OUT-01'],
  meterRules: {
    outageDeclared: (completed, needed) => outageDeclared(completed + 1, needed),
  },
};
