import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { count } from '../value.ts';
import { defineVerb } from './verb.ts';

export const readIntervals = defineVerb({
  kind: 'read-intervals',
  summary: 'Reads interval data on demand, through the head-end.',
  documentation: `The newest complete intervals of each meter of the group. What came of it stands in the next snapshot, in
the fields of \`read\`.`,
  example: 'do: read-intervals\nwith: { intervals: 12 }',
  schema: z.strictObject({ intervals: count('How many intervals of each meter.') }),
  effects: ['reads'],
  compile: (written, values) => ({
    do: 'read-intervals',
    intervals: values.count(written.intervals),
  }),
  expectedNs: () => 60 * NS_PER_S,
});
