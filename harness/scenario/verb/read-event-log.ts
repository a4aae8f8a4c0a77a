import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { asName, defineVerb } from './verb.ts';

export const readEventLog = defineVerb({
  kind: 'read-event-log',
  summary: "Reads the meter's event log.",
  documentation: `Gives the entries that were not there at the reading before in the same case (C12.19 ST74), so a first
reading sets the mark.`,
  example: 'do: read-event-log\nwith: { as: log }',
  schema: z.strictObject({ as: asName }),
  effects: ['reads'],
  yields: { kind: 'event log' },
  compile: (written) => ({ do: 'read-event-log', as: written.as }),
  expectedNs: () => 3 * NS_PER_S,
});
