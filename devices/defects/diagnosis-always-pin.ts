import type { Defect } from './defect.ts';

export const diagnosisAlwaysPin: Defect = {
  id: 'diagnosis-always-pin',
  title: 'Whatever went wrong, the PIN is named',
  mustTurn: ['PRV-06'],
  mayTurn: ['PRV-02'],
  headEndRules: {
    diagnosisFor: (cause) => ({ cause, checks: ['Device PIN configuration'] }),
  },
};
