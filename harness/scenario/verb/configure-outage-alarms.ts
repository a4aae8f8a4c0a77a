import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { NOT_NEGATIVE, duration } from '../value.ts';
import { defineVerb } from './verb.ts';

export const configureOutageAlarms = defineVerb({
  kind: 'configure-outage-alarms',
  summary: 'Tells the module how long an outage and a restoration must last to be reported.',
  documentation: `An outage that has lasted \`declare-after\` is reported with a last gasp; mains that have been back for
\`restore-after\` are reported with a restoration. A duration that is reached counts.`,
  example: 'do: configure-outage-alarms\nwith: { declare-after: 15 s, restore-after: 30 s }',
  schema: z.strictObject({
    'declare-after': duration('Duration of an outage from which it is reported.', NOT_NEGATIVE),
    'restore-after': duration(
      'Duration of restored mains from which they are reported.',
      NOT_NEGATIVE,
    ),
  }),
  effects: ['writes'],
  answers: true,
  compile: (written, values) => ({
    do: 'configure-outage-alarms',
    declareAfterNs: values.durationNs(written['declare-after']),
    restoreAfterNs: values.durationNs(written['restore-after']),
  }),
  expectedNs: () => 2 * NS_PER_S,
});
