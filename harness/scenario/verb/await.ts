import { z } from 'zod';
import { MESSAGE_KINDS } from '../../../devices/domain/message.ts';
import { duration } from '../value.ts';
import { defineVerb } from './verb.ts';

export const awaitMessage = defineVerb({
  kind: 'await',
  summary: "Waits for a message on the module's link.",
  documentation: `Goes on as soon as the meter has sent a message of the kind. When none comes within the time, the step
fails and what rests on it is blocked; to judge the message itself, expect a \`message\`.`,
  example: 'do: await\nwith: { message: clock-reference-request, within: 6 min }',
  schema: z.strictObject({
    message: z.enum(MESSAGE_KINDS).describe('Kind of the message.'),
    within: duration('Longest time to wait.'),
  }),
  effects: [],
  compile: (written, values) => ({
    do: 'await',
    message: written.message,
    withinNs: values.durationNs(written.within),
  }),
  expectedNs: (action) => action.withinNs,
});
