import { z } from 'zod';
import { NS_PER_MINUTE, NS_PER_MS } from '../../../devices/domain/time.ts';
import { NOT_NEGATIVE, duration } from '../value.ts';
import type { Scalar } from '../value.ts';
import type { Values } from '../values.ts';
import { defineVerb } from './verb.ts';

const setting = (description: string) => duration(description, NOT_NEGATIVE).optional();

export const provision = defineVerb({
  kind: 'provision',
  summary: 'Has the head-end provision the meters of the group.',
  documentation: `The head-end is asked northbound for all of them at once; the step ends when the provisioning of each is
done, failed or refused, or when \`within\` is over. A setting that is left out stays unset.`,
  example: 'do: provision\nwith: { interval: 15 min, push-every: 15 min, within: 31 min }',
  schema: z.strictObject({
    interval: setting('Recording interval of the load profile.'),
    'push-every': setting('How often the meter sends its interval data by itself; 0 s is never.'),
    'declare-after': setting('Duration of an outage from which it is reported.'),
    'restore-after': setting('Duration of restored mains from which they are reported.'),
    'clock-lower': setting('Lower bound of the clock synchronisation.'),
    'clock-upper': setting('Upper bound of the clock synchronisation.'),
    'clock-cycle': setting('How often the module asks for the time.'),
    within: duration('Longest time to wait; the head-end goes on by itself.'),
  }),
  effects: ['writes'],
  answers: true,
  compile: (written, values) => ({
    do: 'provision',
    settings: {
      intervalMinutes: written.interval === undefined ? 15 : minutes(written.interval, values),
      pushEveryMinutes:
        written['push-every'] === undefined ? 0 : minutes(written['push-every'], values),
      declareAfterMs: milliseconds(written['declare-after'], values),
      restoreAfterMs: milliseconds(written['restore-after'], values),
      clockLowerMs: milliseconds(written['clock-lower'], values),
      clockUpperMs: milliseconds(written['clock-upper'], values),
      clockCycleMs: milliseconds(written['clock-cycle'], values),
    },
    withinNs: values.durationNs(written.within),
  }),
  expectedNs: (action) => action.withinNs,
});

function minutes(written: Scalar, values: Values): number {
  return values.durationNs(written) / NS_PER_MINUTE;
}

function milliseconds(written: Scalar | undefined, values: Values): number | null {
  return written === undefined ? null : values.durationNs(written) / NS_PER_MS;
}
