import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { NOT_NEGATIVE, duration } from '../value.ts';
import { defineVerb } from './verb.ts';

export const restartHeadEnd = defineVerb({
  kind: 'restart-head-end',
  summary: "Kills the head-end's process and starts it again on its store.",
  documentation: `Without warning, as a power cut would. What it acknowledged before must not be missing afterwards. Only for
a head-end that this run started.`,
  example: 'do: restart-head-end\nwith: { down-for: 2 s }',
  schema: z.strictObject({
    'down-for': duration('How long it stays away.', NOT_NEGATIVE),
  }),
  effects: [],
  compile: (written, values) => ({
    do: 'restart-head-end',
    downForNs: values.durationNs(written['down-for']),
  }),
  expectedNs: (action) => action.downForNs + 3 * NS_PER_S,
});
