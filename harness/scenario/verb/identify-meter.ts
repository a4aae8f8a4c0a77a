import { NS_PER_S } from '../../../devices/domain/time.ts';
import { defineVerb, NOTHING } from './verb.ts';

export const identifyMeter = defineVerb({
  kind: 'identify-meter',
  summary: 'Makes sure that the meter in the socket is the one that the rig file names.',
  documentation: `The operator scans the barcode of the label or types the serial number (prompt id \`identity <position>\`),
once in a case. It must be what the rig file says, character by character; another meter in the socket ends
the case before anything is energised. Where the meter has its mains and the bench an optical port, the
meter's own serial number (ST5) must be the same: an \`answer\` of the step is accepted when it is.`,
  example: 'do: identify-meter',
  schema: NOTHING,
  effects: ['reads'],
  answers: true,
  compile: () => ({ do: 'identify-meter' }),
  expectedNs: () => 60 * NS_PER_S,
});
