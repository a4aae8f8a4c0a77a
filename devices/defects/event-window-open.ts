import type { Defect } from './defect.ts';

export const eventWindowOpen: Defect = {
  id: 'event-window-open',
  title: 'An event at the very edge of a window is not found',
  mustTurn: ['PRV-07'],
  mayTurn: [],
  headEndRules: {
    windowHolds: (atMs, fromMs, toMs) => atMs > fromMs && atMs < toMs,
  },
};
