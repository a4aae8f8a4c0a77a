import { NS_PER_S } from '../../../devices/domain/time.ts';
import { NOTHING, defineVerb } from './verb.ts';

export const removeLoad = defineVerb({
  kind: 'remove-load',
  summary: 'Takes the load away.',
  documentation: 'The current goes to zero; the voltage and the mains stay.',
  example: 'do: remove-load',
  schema: NOTHING,
  effects: [],
  compile: () => ({ do: 'remove-load' }),
  expectedNs: () => 2 * NS_PER_S,
});
