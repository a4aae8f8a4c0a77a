import type { Defect } from './defect.ts';
import { correctedClockNs } from '../meter/rules/clock-sync.ts';

export const clockResidual1001Ms: Defect = {
  id: 'clock-residual-1001-ms',
  title: 'A correction leaves the clock 1.001 s ahead of the reference',
  mustTurn: ['CLK-09'],
  mayTurn: ['CLK-01', 'CLK-04', 'CLK-06', 'CLK-07'],
  meterRules: {
    correctedClockNs: (referenceNs) => correctedClockNs(referenceNs) + 1_001_000_000,
  },
};
