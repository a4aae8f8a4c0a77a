import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { defineVerb } from './verb.ts';

export const setStimulus = defineVerb({
  kind: 'set-stimulus',
  summary: 'Does something to the meter from outside: a magnet, a tilt, an open cover.',
  documentation: `Stimuli stand in the rig file with their states, of which the first is rest. When the case ends,
however it ends, the stimulus is put back to rest.`,
  example: 'do: set-stimulus\nwith: { stimulus: magnet, state: near }',
  schema: z.strictObject({
    stimulus: z.string().min(1).describe('Its name in the rig file.'),
    state: z.string().min(1).describe('One of its states.'),
  }),
  effects: ['writes'],
  compile: ({ stimulus, state }) => ({ do: 'set-stimulus', stimulus, state }),
  expectedNs: () => 5 * NS_PER_S,
  unfit: ({ stimulus }, { roles }) =>
    roles.includes(`stimulus ${stimulus}`) ? null : `the bench has no stimulus ${stimulus}`,
});
