import type { Defect } from './defect.ts';

export const overdueAMillisecondLate: Defect = {
  id: 'overdue-a-millisecond-late',
  title: 'Provisioning that takes 30:00.001 counts as in time',
  mustTurn: ['PRV-02'],
  mayTurn: [],
  headEndRules: {
    provisioningOverdue: (elapsedMs) => elapsedMs > 1_800_001,
  },
};
