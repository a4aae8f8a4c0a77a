import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { dataAt } from '../../document/schema-mistakes.ts';
import { expectedPattern } from './expects.ts';
import { readUnit, textOrMeasurement, unitIn } from './read-unit.ts';
import { asName, defineVerb } from './verb.ts';

export const readProbe = defineVerb({
  kind: 'read-probe',
  summary: 'Reads what a probe shows.',
  documentation: `Probes stand in the rig file, at a position or for the room: a voltmeter, a thermometer, a lamp, or
the operator who looks. With \`unit\` the result is a measurement that limits and expressions can use; without
it the text is kept as evidence, and with \`expects\` an \`answer\` of the step can be expected.`,
  example: 'do: read-probe\nwith: { probe: storage, as: stored, unit: V }',
  schema: z.strictObject({
    probe: z.string().min(1).describe('Its name in the rig file.'),
    as: asName,
    unit: readUnit.describe('Unit of the number; a text when not given.').optional(),
    expects: expectedPattern,
  }),
  effects: ['reads'],
  answers: true,
  yields: { kind: 'text' },
  yieldsIn: (written) => textOrMeasurement(dataAt(written, ['unit'])),
  compile: ({ probe, as, unit, expects = null }) => ({
    do: 'read-probe',
    probe,
    as,
    unit: unitIn(unit),
    expects,
  }),
  expectedNs: () => 5 * NS_PER_S,
  unfit: ({ probe }, { roles }) =>
    roles.includes(`probe ${probe}`) ? null : `the bench has no probe ${probe}`,
});
