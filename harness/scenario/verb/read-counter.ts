import { z } from 'zod';
import { PATH_COUNTERS } from '../../../rigs/port/action.ts';
import { asName, defineVerb } from './verb.ts';

export const readCounter = defineVerb({
  kind: 'read-counter',
  summary: 'Reads a counter of what reached the head-end and was not as it left the meters.',
  documentation: `Counted by the head-end on its southbound side since it first started: datagrams that came again
(replays), that were not authentic (bad-mac), that were overtaken by a newer one of their meter
(out-of-order), of nobody that it knows (unknown-meter), and that could not be read (malformed). As long as
all are 0 the path has neither doubled, spoiled nor swapped anything, and what is wrong northbound is the
head-end's doing. A carrier that delays each datagram by itself may rightly swap some.`,
  example: 'do: read-counter\nwith: { as: replays, counter: replays }',
  schema: z.strictObject({
    as: asName,
    counter: z.enum(PATH_COUNTERS).describe('What is counted.'),
  }),
  effects: [],
  yields: { kind: 'measurement', unit: 'count' },
  compile: ({ as, counter }) => ({ do: 'read-counter', as, counter }),
  expectedNs: () => 0,
});
