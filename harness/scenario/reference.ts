import { z } from 'zod';
import { VERBS, VERB_NAMES } from './verb/index.ts';
import type { Yielding } from './verb/verb.ts';

/** The text of docs/verbs.md: every verb with its arguments, effects and an example. */
export function verbReference(): string {
  const pages = VERB_NAMES.map((name) => {
    const verb = VERBS[name];
    const rows = argumentRows(verb.schema);
    const table = rows.length === 0 ? ['Takes no arguments.'] : rows;
    const facts = [
      `Effects on the meter: ${verb.effects.join(', ') || 'none'}.`,
      ...(verb.energises ? ['Energises the socket.'] : []),
      ...(verb.answers ? ['Is answered: an `answer` can be expected.'] : []),
      ...(verb.yields === null ? [] : [`\`as\` names ${yieldText(verb.yields)}.`]),
    ];
    return [
      `## ${name}`,
      '',
      verb.summary,
      '',
      verb.documentation,
      '',
      ...table,
      '',
      facts.join(' '),
      '',
      '```yaml',
      ...verb.example.split('\n').map((line, index) => `${index === 0 ? '- ' : '  '}${line}`),
      '```',
    ].join('\n');
  });
  const intro = [
    '# Verbs of the scenario language',
    '',
    'Written by `meterbench validate --write-schema` from harness/scenario/verb; a test keeps it fresh.',
    'Every value may be a `$parameter` or a `$profile.` value. Every step may also have `id`, `at`, `after` and `of`.',
  ].join('\n');
  return `${[intro, ...pages].join('\n\n')}\n`;
}

function argumentRows(schema: z.ZodObject): readonly string[] {
  return Object.entries(schema.shape).map(([name, value]) => {
    const optional = value instanceof z.ZodOptional;
    const inner = optional ? value.unwrap() : value;
    const description = inner instanceof z.ZodType ? (inner.description ?? '') : '';
    return `- \`${name}\`${optional ? ' (may be left out)' : ''}: ${description}`;
  });
}

function yieldText(yielding: Yielding): string {
  switch (yielding.kind) {
    case 'measurement':
      return `a measurement (${yielding.unit})`;
    case 'text':
      return 'a text, or a measurement where a unit is given';
    case 'event log':
      return 'a reading of the event log';
    case 'load profile':
      return 'a reading of the load profile';
    case 'snapshot':
      return 'a snapshot';
  }
}
