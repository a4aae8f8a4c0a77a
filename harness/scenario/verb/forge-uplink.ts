import { z } from 'zod';
import { FORGERIES } from '../../../rigs/port/action.ts';
import { defineVerb } from './verb.ts';

export const forgeUplink = defineVerb({
  kind: 'forge-uplink',
  summary: 'Sends the head-end something in the name of each meter that the meter did not say.',
  documentation:
    '`again` repeats the last datagram of the meter, byte for byte; `tag` and `content` change one bit of ' +
    'its last byte or of its middle; `foreign-key` says a heartbeat in its name under the key of its ' +
    'neighbour. What the head-end makes of it shows in its counters (`read-counter`).',
  example: 'do: forge-uplink\nwith: { change: again }',
  schema: z.strictObject({ change: z.enum(FORGERIES).describe('What is wrong with it.') }),
  effects: ['writes'],
  compile: ({ change }) => ({ do: 'forge-uplink', change }),
  expectedNs: () => 0,
});
