import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { isReference } from '../value.ts';
import { ValueError, type Values } from '../values.ts';
import { defineVerb } from './verb.ts';

export const setStimulus = defineVerb({
  kind: 'set-stimulus',
  summary: 'Does something to the meter from outside: a magnet, a tilt, an open cover.',
  documentation: `Stimuli stand in the rig file with their states, of which the first is rest. When the case ends,
however it ends, the stimulus is put back to rest. Simulated meters of a fleet know tilt (upright, moved), magnet
(away, near), case (closed, open), calibration (right, altered), and the wiring errors reverse-polarity,
cross-phase, voltage-deviation, inactive-phase, phase-angle and distortion (right, wrong).`,
  example: 'do: set-stimulus\nwith: { stimulus: magnet, state: near }',
  schema: z.strictObject({
    stimulus: z.string().min(1).describe('Its name in the rig file, or a parameter.'),
    state: z.string().min(1).describe('One of its states, or a parameter.'),
  }),
  effects: ['writes'],
  compile: ({ stimulus, state }, values) => ({
    do: 'set-stimulus',
    stimulus: nameIn(stimulus, values),
    state: nameIn(state, values),
  }),
  expectedNs: () => 5 * NS_PER_S,
  unfit: ({ stimulus }, { roles }) =>
    roles.includes(`stimulus ${stimulus}`) ? null : `the bench has no stimulus ${stimulus}`,
});

/** A word as it is, or the text of a parameter. @throws ValueError */
function nameIn(written: string, values: Values): string {
  const name = isReference(written) ? values.resolve(written) : written;
  if (typeof name === 'string') return name;
  throw new ValueError(`${written} is no name`);
}
