import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { asName, defineVerb } from './verb.ts';

export const takeSnapshot = defineVerb({
  kind: 'take-snapshot',
  summary: 'Notes what is known of each meter at this instant, at both ends.',
  documentation: `For each meter of the group: what the meter itself holds and what a tap beside it saw (\`meter\`), what the
head-end says northbound (\`headEnd\`, and \`provisioning\`, \`read\` and \`events\` where there was one), and what
the configuration server says (\`configurationServer\`). An expectation asks of a snapshot with CEL, and must
hold for each meter. A field of something that never happened is empty, 0 or false.`,
  example: 'do: take-snapshot\nwith: { as: afterwards }',
  schema: z.strictObject({ as: asName }),
  effects: [],
  yields: { kind: 'snapshot' },
  compile: (written) => ({ do: 'take-snapshot', as: written.as }),
  expectedNs: () => NS_PER_S,
});
