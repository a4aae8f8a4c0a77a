import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { duration } from '../value.ts';
import { asName, defineVerb } from './verb.ts';

export const interruptMains = defineVerb({
  kind: 'interrupt-mains',
  summary: 'Takes the mains away for a time and gives them back.',
  documentation: `The module's outage timer counts completed ticks, so an outage of 15.0 s is anything from 15.0 s to just
under 15.1 s when the tick is 100 ms. The bench aims at the middle: it keeps the switch open for the duration and half
a tick of the meter's outage timer, which the plan shows. The measurement is the outage as the switch made
it, in expressions in whole ticks.`,
  example: 'do: interrupt-mains\nwith: { as: outage, for: 20 s }',
  schema: z.strictObject({
    as: asName,
    for: duration('How long the outage is, in whole ticks.'),
  }),
  effects: [],
  energises: true,
  yields: { kind: 'measurement', unit: 'ns' },
  compile: (written, values) => ({
    do: 'interrupt-mains',
    as: written.as,
    forNs: values.durationNs(written.for) + Math.round(values.profile.outage.tickNs / 2),
  }),
  expectedNs: (action) => action.forNs + 2 * NS_PER_S,
});
