import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { flag } from '../value.ts';
import { defineVerb } from './verb.ts';

export const setDevicePin = defineVerb({
  kind: 'set-device-pin',
  summary: "Makes the PIN in the head-end's device properties right or wrong.",
  documentation: 'The meters keep theirs. The PIN itself stands in no scenario, journal or report.',
  example: 'do: set-device-pin\nwith: { right: false }',
  schema: z.strictObject({ right: flag('Whether it is the one that the meter wants.') }),
  effects: [],
  compile: (written, values) => ({ do: 'set-device-pin', right: values.flag(written.right) }),
  expectedNs: () => NS_PER_S,
});
