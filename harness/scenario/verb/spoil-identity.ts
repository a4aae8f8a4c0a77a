import { NOTHING, defineVerb } from './verb.ts';

export const spoilIdentity = defineVerb({
  kind: 'spoil-identity',
  summary: 'Makes the modules of the group tell an ICC-ID with a wrong check digit.',
  documentation: 'To see whether the head-end validates what a meter says of itself.',
  example: 'do: spoil-identity',
  schema: NOTHING,
  effects: [],
  compile: () => ({ do: 'spoil-identity' }),
  expectedNs: () => 0,
});
