import type { Defect } from './defect.ts';

export const waitsTooLong: Defect = {
  id: 'waits-too-long',
  title: 'An answer is awaited twice as long as was set',
  mustTurn: ['LOD-06'],
  mayTurn: ['PRV-02', 'PRV-05', 'PRV-06', 'PRV-03', 'PRV-01'],
  headEndRules: {
    answerAwaitedMs: (timeoutMs) => timeoutMs * 2,
  },
};
