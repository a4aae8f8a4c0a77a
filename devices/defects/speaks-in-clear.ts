import type { Defect } from './defect.ts';

export const speaksInClear: Defect = {
  id: 'speaks-in-clear',
  title: 'A trace was left on: each message goes out once more, in clear',
  mustTurn: ['SEC-01'],
  mayTurn: ['OUT-10', 'SEC-02', 'LOD-01'],
  meterRules: { speaksInClear: () => true },
};
