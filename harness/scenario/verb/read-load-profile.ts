import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { asName, defineVerb } from './verb.ts';

export const readLoadProfile = defineVerb({
  kind: 'read-load-profile',
  summary: "Reads the meter's load profile and its energy register.",
  documentation: `Gives the completed intervals that were not there at the reading before in the same case (C12.19 ST64),
and the register at the same moment (ST23).`,
  example: 'do: read-load-profile\nwith: { as: profile }',
  schema: z.strictObject({ as: asName }),
  effects: ['reads'],
  yields: { kind: 'load profile' },
  compile: (written) => ({ do: 'read-load-profile', as: written.as }),
  expectedNs: () => 5 * NS_PER_S,
});
