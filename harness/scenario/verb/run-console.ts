import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { duration } from '../value.ts';
import { expectedPattern } from './expects.ts';
import { asName, defineVerb } from './verb.ts';

const USUAL_NS = 30 * NS_PER_S;

export const runConsole = defineVerb({
  kind: 'run-console',
  summary: "Runs a command at the meter's or the module's console.",
  documentation: `The console stands in the rig file, at a serial port or by SSH. What it prints is kept as evidence, and
with \`expects\` an \`answer\` of the step can be expected. Passwords of its login are masked everywhere.`,
  example: "do: run-console\nwith: { command: uptime, as: uptime, expects: 'up \\d+ min' }",
  schema: z.strictObject({
    command: z
      .string()
      .regex(/^[^\r\n]+$/, { error: () => 'a command is one line' })
      .describe('One line.'),
    as: asName,
    expects: expectedPattern,
    within: duration('Longest time to wait for the prompt; 30 s when not given.').optional(),
  }),
  effects: ['writes'],
  answers: true,
  yields: { kind: 'text' },
  compile: ({ command, as, expects = null, within }, values) => ({
    do: 'run-console',
    command,
    as,
    expects,
    withinNs: within === undefined ? USUAL_NS : values.durationNs(within),
  }),
  expectedNs: ({ withinNs }) => withinNs,
});
