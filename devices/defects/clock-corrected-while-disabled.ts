import type { Defect } from './defect.ts';
import { clockSyncDecision } from '../meter/rules/clock-sync.ts';

export const clockCorrectedWhileDisabled: Defect = {
  id: 'clock-corrected-while-disabled',
  title: 'The clock is corrected although synchronisation is disabled',
  mustTurn: ['CLK-05'],
  mayTurn: [],
  meterRules: {
    clockSyncDecision: (question) => clockSyncDecision({ ...question, enabled: true }),
  },
};
