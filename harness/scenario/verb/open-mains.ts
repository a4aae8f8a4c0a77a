import { NS_PER_S } from '../../../devices/domain/time.ts';
import { NOTHING, defineVerb } from './verb.ts';

export const openMains = defineVerb({
  kind: 'open-mains',
  summary: 'Takes the mains from the meter.',
  documentation:
    'The isolation switch opens; it counts as open only when its read-back or the standard says so.',
  example: 'do: open-mains',
  schema: NOTHING,
  effects: [],
  compile: () => ({ do: 'open-mains' }),
  expectedNs: () => 3 * NS_PER_S,
});
