import { z } from 'zod';
import { duration } from '../value.ts';
import { defineVerb } from './verb.ts';

export const awaitState = defineVerb({
  kind: 'await-state',
  summary: 'Waits until the head-end has every meter of the group in a state.',
  documentation: `The head-end is asked northbound. When a meter is not there within the time, the step fails and what
rests on it is blocked; to judge the state itself, take a snapshot.`,
  example: 'do: await-state\nwith: { state: placed, within: 10 min }\nof: all',
  schema: z.strictObject({
    state: z.enum(['placed', 'provisioned']).describe('The state.'),
    within: duration('Longest time to wait.'),
  }),
  effects: [],
  compile: (written, values) => ({
    do: 'await-state',
    state: written.state,
    withinNs: values.durationNs(written.within),
  }),
  expectedNs: (action) => action.withinNs,
});
