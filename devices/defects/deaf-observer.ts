import type { Defect } from './defect.ts';

export const deafObserver: Defect = {
  id: 'deaf-observer',
  title: "The harness's own observer hears nothing of what leaves the head-end northbound",
  mustTurn: [],
  mayTurn: [],
  mustBlind: ['OUT-10', 'OUT-11'],
  observer: 'deaf',
};
