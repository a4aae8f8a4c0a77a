import { z } from 'zod';
import { NS_PER_MINUTE } from '../../../devices/domain/time.ts';
import type { Prompt } from '../../../rigs/port/operator.ts';
import { dataAt } from '../../document/schema-mistakes.ts';
import { duration } from '../value.ts';
import { expectedPattern } from './expects.ts';
import { readUnit, textOrMeasurement, unitIn } from './read-unit.ts';
import { asName, defineVerb } from './verb.ts';

const USUAL_NS = 5 * NS_PER_MINUTE;
/** A person is expected to take this share of the time that is granted. */
const EXPECTED_SHARE = 1 / 4;

const wanted = z
  .union(
    [
      z.enum(['done', 'text']),
      z.strictObject({ number: readUnit }),
      z.strictObject({ choice: z.array(z.string().min(1)).min(2) }),
    ],
    { error: () => "what is wanted: done, text, { number: V } or { choice: ['lit', 'dark'] }" },
  )
  .describe('`done`, `text`, `{ number: V }` with its unit, or `{ choice: [lit, dark] }`.');

export const askOperator = defineVerb({
  kind: 'ask-operator',
  summary: 'Asks the person at the bench.',
  documentation: `For what no instrument does or shows. The prompt's id is \`ask-operator <as>\`, by which an answers file
(\`--answers\`) finds it. A number is a measurement that limits and expressions can use; a text or a choice
is kept as evidence, and with \`expects\` an \`answer\` of the step can be expected. Journal and reports say
who answered.`,
  example:
    "do: ask-operator\nwith: { as: lamp, text: 'Is the lamp lit?', wants: { choice: [lit, dark] } }",
  schema: z.strictObject({
    as: asName,
    text: z.string().min(1).describe('What to do or to look at, as one sentence.'),
    wants: wanted,
    expects: expectedPattern,
    within: duration('Longest time to wait; 5 min when not given.').optional(),
  }),
  effects: [],
  answers: true,
  yields: { kind: 'text' },
  yieldsIn: (written) => textOrMeasurement(dataAt(written, ['wants', 'number'])),
  compile: ({ as, text, wants, expects = null, within }, values) => ({
    do: 'ask-operator',
    as,
    text,
    ...promptOf(wants),
    expects,
    withinNs: within === undefined ? USUAL_NS : values.durationNs(within),
  }),
  expectedNs: ({ withinNs }) => withinNs * EXPECTED_SHARE,
});

function promptOf(wants: z.output<typeof wanted>): {
  readonly wants: Prompt['wants'];
  readonly unit: ReturnType<typeof unitIn>;
} {
  if (typeof wants === 'string') return { wants: { kind: wants }, unit: null };
  if ('choice' in wants) return { wants: { kind: 'choice', among: wants.choice }, unit: null };
  return { wants: { kind: 'number', unit: wants.number }, unit: unitIn(wants.number) };
}
