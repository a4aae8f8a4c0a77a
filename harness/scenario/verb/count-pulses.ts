import { z } from 'zod';
import type { ActionOf } from '../../../rigs/port/action.ts';
import { pulsePeriodNs } from '../../../rigs/port/pulse-period.ts';
import { POSITIVE, count, duration } from '../value.ts';
import { asName, defineVerb } from './verb.ts';
import type { Circumstances } from './verb.ts';

export const countPulses = defineVerb({
  kind: 'count-pulses',
  summary: 'Counts the pulses of the meter in a window, without comparing them with anything.',
  documentation: `For what a meter registers when there is nothing to compare with: creep, with voltage and without
current, and starting load. The window is \`for\` so long, or as long as \`for-pulses\` pulses take at the
applied load by the Kh of the meter; one of them is written. The measurement is the number of pulses;
its uncertainty is the number of those that came so near to an end of the window that their stamps cannot
tell on which side they were. Raw counts: windowNs, firstAfterNs, lastAfterNs, and nominalPulses under a load.
A scanning head that sees nothing counts no pulses either: where none are wanted, count under a load before
and after as well.`,
  example: 'do: count-pulses\nwith: { as: creep, for: 20 min }',
  schema: z
    .strictObject({
      as: asName,
      for: duration('How long is counted.', POSITIVE).optional(),
      'for-pulses': count('As long as so many pulses take at the applied load.', 1).optional(),
    })
    .refine((written) => (written.for === undefined) !== (written['for-pulses'] === undefined), {
      error: () => 'how long is counted: write for or for-pulses, one of them',
    }),
  effects: ['reads'],
  yields: { kind: 'measurement', unit: 'count' },
  compile: (written, values) => ({
    do: 'count-pulses',
    as: written.as,
    window:
      written['for-pulses'] === undefined
        ? { forNs: values.durationNs(written.for ?? '') }
        : { forPulses: values.count(written['for-pulses']) },
  }),
  expectedNs: (action, circumstances) => countedNs(action, circumstances) ?? 0,
  unfit: (action, circumstances) =>
    countedNs(action, circumstances) === null
      ? `${action.as} is to last for pulses, but no load is applied before`
      : null,
});

/** How long is counted, ns; null for a window in pulses without a load. */
export function countedNs(
  { window }: ActionOf<'count-pulses'>,
  { profile, load, connection }: Pick<Circumstances, 'profile' | 'load' | 'connection'>,
): number | null {
  if ('forNs' in window) return window.forNs;
  const pulseNs = pulsePeriodNs(load, profile, connection);
  return pulseNs === null ? null : Math.round(window.forPulses * pulseNs);
}
