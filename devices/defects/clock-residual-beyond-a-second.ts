import type { Defect } from './defect.ts';
import { correctedClockNs } from '../meter/rules/clock-sync.ts';

/** The module itself is off by up to 0.09 s, half the asymmetry of its link: together always beyond 1 s. */
const RESIDUAL_NS = 1_150_000_000;

export const clockResidualBeyondASecond: Defect = {
  id: 'clock-residual-beyond-a-second',
  title: 'A correction leaves the clock 1.15 s ahead of what the module takes for the reference',
  mustTurn: ['CLK-09'],
  mayTurn: [],
  meterRules: {
    correctedClockNs: (referenceNs) => correctedClockNs(referenceNs) + RESIDUAL_NS,
  },
};
