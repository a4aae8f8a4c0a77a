import type { Defect } from './defect.ts';
import { outageDeclared } from '../meter/rules/outage.ts';

export const outageBoundExclusive: Defect = {
  id: 'outage-bound-exclusive',
  title: 'An outage that lasts just the declared duration is not declared',
  mustTurn: ['OUT-03'],
  mayTurn: [],
  meterRules: {
    outageDeclared: (completed, needed) =>
      completed !== needed && outageDeclared(completed, needed),
  },
};
