import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { asName, defineVerb } from './verb.ts';

export const measureClock = defineVerb({
  kind: 'measure-clock',
  summary: 'Measures how far the meter clock is off.',
  documentation: `Positive: the meter is ahead of the head-end's reference. With the 1 Hz clock output the bench times
the edge of the meter's second; without it, it finds the tick at which the shown second changes through
the optical port, and the reading is no finer than that. In expressions the measurement is the whole
number of clock ticks by which the module sees the meter off.`,
  example: 'do: measure-clock\nwith: { as: deviation }',
  schema: z.strictObject({ as: asName }),
  effects: ['reads'],
  yields: { kind: 'measurement', unit: 'ns' },
  compile: (written) => ({ do: 'measure-clock', as: written.as }),
  expectedNs: () => 4 * NS_PER_S,
});
