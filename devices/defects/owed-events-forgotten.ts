import type { Defect } from './defect.ts';

export const owedEventsForgotten: Defect = {
  id: 'owed-events-forgotten',
  title: 'What a meter notices without mains is told nobody',
  mustTurn: ['EV-06'],
  mayTurn: ['OUT-07', 'TMP-02'],
  meterRules: {
    owedEventTold: () => false,
  },
};
