import { NS_PER_S } from '../../../devices/domain/time.ts';
import { NOTHING, defineVerb } from './verb.ts';

export const closeMains = defineVerb({
  kind: 'close-mains',
  summary: 'Gives the meter its mains.',
  documentation:
    'The isolation switch closes. A case begins with open mains: start with this verb when the meter is to be alive. The switch is opened again when the case ends, however it ends.',
  example: 'do: close-mains',
  schema: NOTHING,
  effects: [],
  energises: true,
  compile: () => ({ do: 'close-mains' }),
  expectedNs: () => 3 * NS_PER_S,
});
