import type { Defect } from './defect.ts';

export const headEndTellsHostTime: Defect = {
  id: 'head-end-tells-host-time',
  title: 'The head-end tells modules the time of its host instead of its own',
  mustTurn: ['CLK-06'],
  mayTurn: [],
  headEndRules: {
    clockReference: (_skewNs, nowMs, belowMsNs) => ({ utcMs: nowMs, belowMsNs }),
  },
};
