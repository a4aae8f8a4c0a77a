import { z } from 'zod';
import { duration } from '../value.ts';
import { defineVerb } from './verb.ts';

export const wait = defineVerb({
  kind: 'wait',
  summary: 'Lets time pass.',
  documentation: 'Nothing is done; messages are still observed.',
  example: 'do: wait\nwith: { for: 2 min }',
  schema: z.strictObject({ for: duration('How long.') }),
  effects: [],
  compile: (written, values) => ({ do: 'wait', forNs: values.durationNs(written.for) }),
  expectedNs: (action) => action.forNs,
});
