import { z } from 'zod';
import { flag } from '../value.ts';
import { defineVerb } from './verb.ts';

export const setLink = defineVerb({
  kind: 'set-link',
  summary: 'Cuts or joins the way between the meters of the group and a server.',
  documentation: 'What is sent while it is cut is lost, both ways. The meters are not told.',
  example: 'do: set-link\nwith: { to: head-end, up: false }',
  schema: z.strictObject({
    to: z.enum(['head-end', 'configuration-server', 'both']).describe('Which server.'),
    up: flag('Whether the way is open.'),
  }),
  effects: [],
  compile: (written, values) => ({
    do: 'set-link',
    to: written.to,
    up: values.flag(written.up),
  }),
  expectedNs: () => 0,
});
