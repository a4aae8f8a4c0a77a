import { z } from 'zod';
import { TRANSACTION_KINDS } from '../../../devices/domain/northbound.ts';
import { duration } from '../value.ts';
import { defineVerb } from './verb.ts';

export const holdAnswer = defineVerb({
  kind: 'hold-answer',
  summary: "Keeps the meters' answers to a transaction on their way.",
  documentation: `Every answer to that transaction is delivered at exactly \`until\`, counted from the beginning of this
step; later ones go through at once. A provisioning that is asked for in the same instant can so be made to
last to the millisecond.`,
  example: 'do: hold-answer\nwith: { to: read-settings, until: 30 min }',
  schema: z.strictObject({
    to: z.enum(TRANSACTION_KINDS).describe('The transaction.'),
    until: duration('How long after the beginning of this step.'),
  }),
  effects: [],
  compile: (written, values) => ({
    do: 'hold-answer',
    transaction: written.to,
    untilNs: values.durationNs(written.until),
  }),
  expectedNs: () => 0,
});
