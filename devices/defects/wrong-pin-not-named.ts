import type { Defect } from './defect.ts';
import { diagnosisFor } from '../head-end/rules/provisioning.ts';

export const wrongPinNotNamed: Defect = {
  id: 'wrong-pin-not-named',
  title: 'Where Get Version fails support is called, and the PIN is not named',
  mustTurn: ['PRV-05'],
  mayTurn: ['PRV-06', 'PRV-02'],
  headEndRules: {
    diagnosisFor: (cause) => ({
      cause,
      checks: cause === 'version not given' ? ['support'] : diagnosisFor(cause).checks,
    }),
  },
};
