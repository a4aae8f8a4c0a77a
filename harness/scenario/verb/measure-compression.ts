import { z } from 'zod';
import { MESSAGE_KINDS } from '../../../devices/domain/message.ts';
import { asName, defineVerb } from './verb.ts';

export const measureCompression = defineVerb({
  kind: 'measure-compression',
  summary: 'Measures how much of the bytes of messages is left when they are sent.',
  documentation: `Bytes of the services that go into APDUs, before they are enciphered: as they were sent over as they were
said, weighed at all modules of the fleet since the case began. 100 % is without compression. What the
head-end weighed stands beside it in the journal; it heard what the carrier did not lose.`,
  example: 'do: measure-compression\nwith: { as: reports, message: interval-report }',
  schema: z.strictObject({
    as: asName,
    message: z.enum(MESSAGE_KINDS).describe('Of one kind; left out, of all kinds.').optional(),
  }),
  effects: [],
  yields: { kind: 'measurement', unit: 'ppm' },
  compile: ({ as, message = null }) => ({ do: 'measure-compression', as, message }),
  expectedNs: () => 0,
});
