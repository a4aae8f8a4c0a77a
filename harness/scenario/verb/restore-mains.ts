import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { duration } from '../value.ts';
import { asName, defineVerb } from './verb.ts';

export const restoreMains = defineVerb({
  kind: 'restore-mains',
  summary: 'Gives the mains back for a time and takes them away again.',
  documentation: `The counterpart of interrupt-mains, for what a meter makes of mains that do not stay: the switch must be
open before. The bench aims at the middle of a tick in the same way, and the measurement is how long the switch was
closed, in expressions in whole ticks.`,
  example: 'do: restore-mains\nwith: { as: powered, for: 30 s }',
  schema: z.strictObject({
    as: asName,
    for: duration('How long the mains stay, in whole ticks.'),
  }),
  effects: [],
  energises: true,
  yields: { kind: 'measurement', unit: 'ns' },
  compile: (written, values) => ({
    do: 'restore-mains',
    as: written.as,
    forNs: values.durationNs(written.for) + Math.round(values.profile.outage.tickNs / 2),
  }),
  expectedNs: (action) => action.forNs + 2 * NS_PER_S,
});
