import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { NOT_NEGATIVE, duration, flag } from '../value.ts';
import { defineVerb } from './verb.ts';

export const configureClockSync = defineVerb({
  kind: 'configure-clock-sync',
  summary: 'Tells the module when to correct the meter clock.',
  documentation: `The head-end sends the module the bounds of the deviation within which it corrects the meter clock
(both bounds belong to the band) and how often it asks for the reference clock. The module answers
whether it takes the configuration; expect \`answer\` to decide on that.`,
  example:
    'do: configure-clock-sync\nwith: { enabled: true, lower: 5 s, upper: 60 s, cycle: 15 min }',
  schema: z.strictObject({
    enabled: flag('Whether the module corrects at all.'),
    lower: duration('Smallest deviation that is corrected.', NOT_NEGATIVE),
    upper: duration('Largest deviation that is corrected.', NOT_NEGATIVE),
    cycle: duration('Time between two requests for the reference clock.', {
      least: NS_PER_S,
    }),
  }),
  effects: ['writes'],
  answers: true,
  compile: (written, values) => ({
    do: 'configure-clock-sync',
    enabled: values.flag(written.enabled),
    lowerNs: values.durationNs(written.lower),
    upperNs: values.durationNs(written.upper),
    cycleNs: values.durationNs(written.cycle),
  }),
  expectedNs: () => 2 * NS_PER_S,
});
