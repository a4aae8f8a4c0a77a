import { z } from 'zod';
import { duration } from '../value.ts';
import { defineVerb } from './verb.ts';

export const setHeadEndClock = defineVerb({
  kind: 'set-head-end-clock',
  summary: "Sets the head-end's reference clock off from true time.",
  documentation: `The reference that the head-end gives to modules runs ahead of UTC by \`skew\` (behind, when it is
negative). A meter that follows the head-end follows it there.`,
  example: 'do: set-head-end-clock\nwith: { skew: 30 s }',
  schema: z.strictObject({
    skew: duration('How far the reference is ahead of UTC.', {}),
  }),
  effects: [],
  compile: (written, values) => ({
    do: 'set-head-end-clock',
    skewNs: values.durationNs(written.skew),
  }),
  expectedNs: () => 0,
});
