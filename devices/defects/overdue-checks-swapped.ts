import { HEAD_END_RULES } from '../head-end/rules/index.ts';
import type { Defect } from './defect.ts';

export const overdueChecksSwapped: Defect = {
  id: 'overdue-checks-swapped',
  title: 'An operator is told to look at the PIN before the coverage',
  mustTurn: ['PRV-02'],
  mayTurn: [],
  headEndRules: {
    diagnosisFor: (cause) => {
      const right = HEAD_END_RULES.diagnosisFor(cause);
      return cause === 'overdue' ? { cause, checks: right.checks.toReversed() } : right;
    },
  },
};
