import type { ActionOf } from '../../port/action.ts';
import type { EdgeWindow } from '../../port/instrument.ts';
import type { Reading } from '../../port/observation.ts';
import { pulsePeriodNs } from '../../port/pulse-period.ts';
import { need, observationOf, type Performer } from '../parts.ts';

export const countPulses: Performer<'count-pulses'> = {
  needs: ['pulses'],
  async perform(action, parts, context) {
    const pulseNs = pulsePeriodNs(parts.memory.load, parts.profile, parts.wiring.connection);
    const input = need(parts, 'pulses', 'count-pulses');
    const window = await input.edgesFor(windowNs(action, pulseNs), context.signal);
    context.observe(observationOf(parts, 'pulse-input', readingOf(action.as, window, pulseNs)));
  },
};

function windowNs({ as, window }: ActionOf<'count-pulses'>, pulseNs: number | null): number {
  if ('forNs' in window) return window.forNs;
  if (pulseNs !== null) return Math.round(window.forPulses * pulseNs);
  throw new Error(`${as} has no load to compute its window from; the plan must refuse that`);
}

/** Whole pulses; only one at an end of the window can have been counted wrongly. */
function readingOf(
  name: string,
  { fromNs, untilNs, edges, doubtful }: EdgeWindow,
  pulseNs: number | null,
): Reading {
  const [first, last] = [edges[0], edges.at(-1)];
  const lasted = untilNs - fromNs;
  return {
    kind: 'reading',
    name,
    value: edges.length,
    unit: 'count',
    expandedUncertainty: doubtful,
    coverageFactor: 2,
    budget: [
      { source: 'pulses at the ends of the window, stamps', standardUncertainty: doubtful / 2 },
    ],
    resolution: 1,
    ticks: null,
    raw: {
      windowNs: lasted,
      ...(pulseNs !== null && { nominalPulses: Number((lasted / pulseNs).toFixed(3)) }),
      ...(first !== undefined && { firstAfterNs: first - fromNs }),
      ...(last !== undefined && { lastAfterNs: last - fromNs }),
    },
  };
}
