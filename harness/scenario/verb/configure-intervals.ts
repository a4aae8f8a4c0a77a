import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { duration } from '../value.ts';
import { defineVerb } from './verb.ts';

export const configureIntervals = defineVerb({
  kind: 'configure-intervals',
  summary: 'Sets the recording interval of the load profile through the head-end.',
  documentation: 'The meter accepts or refuses it, which an `answer` can expect.',
  example: 'do: configure-intervals\nwith: { interval: 5 min }',
  schema: z.strictObject({ interval: duration('Length of an interval.') }),
  effects: ['writes'],
  answers: true,
  compile: (written, values) => ({
    do: 'configure-intervals',
    intervalNs: values.durationNs(written.interval),
  }),
  expectedNs: () => 10 * NS_PER_S,
});
