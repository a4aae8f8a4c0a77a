import { z } from 'zod';
import { count, duration } from '../value.ts';
import { eventCodes, eventRange } from './event-codes.ts';
import { defineVerb } from './verb.ts';

export const raiseEvent = defineVerb({
  kind: 'raise-event',
  summary: 'Makes simulated meters notice an event, or one of each of a range.',
  documentation:
    'The event is logged as the meter logs those that it notices itself. Only meters that are simulated ' +
    'can be made to; on a rig the cause is applied (`set-stimulus`, `open-mains`). The first of `times` ' +
    'comes at once, the others `every` so long, and the step ends with the last one.',
  example: 'do: raise-event\nwith: { event: 47, times: 3, every: 1 min }',
  schema: z.strictObject({
    ...eventCodes,
    times: count('How often; once when left out.', 1).optional(),
    every: duration('How long from one to the next.').optional(),
  }),
  effects: ['writes'],
  compile: (written, values) => ({
    do: 'raise-event',
    ...eventRange(written, values),
    times: written.times === undefined ? 1 : values.count(written.times),
    everyNs: written.every === undefined ? 0 : values.durationNs(written.every),
  }),
  expectedNs: ({ times, everyNs }) => (times - 1) * everyNs,
});
