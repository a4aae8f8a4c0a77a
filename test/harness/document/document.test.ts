import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadDocument } from '../../../harness/document/document.ts';
import { formatMistakes } from '../../../harness/document/mistake.ts';
import type { Mistake } from '../../../harness/document/mistake.ts';
import { keyedUnion } from '../../../harness/document/schema-walk.ts';

const schema = z.strictObject({
  name: z.string(),
  colour: z.enum(['amber', 'green']).optional(),
  size: z.int().min(1).optional(),
  parts: z
    .array(
      keyedUnion({
        bolt: z.strictObject({ bolt: z.string(), turns: z.int() }),
        plate: z.strictObject({ plate: z.string() }),
      }),
    )
    .optional(),
  first: z.union([z.string(), z.strictObject({ text: z.string() })]).optional(),
});

function mistakesIn(text: string): readonly Mistake[] {
  const loaded = loadDocument('thing.yaml', text, schema);
  return loaded.ok ? [] : loaded.mistakes;
}

const places = (text: string) => mistakesIn(text).map(({ line, column }) => `${line}:${column}`);

test('a file without mistakes gives its value', () => {
  expect(loadDocument('thing.yaml', 'name: a\nparts: [{ plate: p }]\n', schema)).toEqual({
    ok: true,
    value: { name: 'a', parts: [{ plate: 'p' }] },
  });
});

test('mistakes of every kind are told at once, each at its place, in the order of the file', () => {
  const text = 'name: a\ncolour: ambre\nname: b\nsize: 0\nweight: 3\nparts:\n  - bolt: m4\n';
  expect(mistakesIn(text).map(({ line, column, message }) => [line, column, message])).toEqual([
    [2, 9, '"ambre" is not allowed here'],
    [3, 1, 'the key name stands here twice'],
    [4, 7, 'at least 1 wanted'],
    [5, 1, 'unknown key weight'],
    [7, 5, 'the key turns is missing'],
  ]);
});

test('a misspelt word comes with what is allowed and what was meant', () => {
  const [mistake] = mistakesIn('name: a\ncolour: ambre\n');
  expect(mistake?.allowed).toEqual(['amber', 'green']);
  expect(mistake?.suggestion).toBe('amber');
});

test('a misspelt key that is needed is one mistake, not an unknown and a missing one', () => {
  const mistakes = mistakesIn('nmae: a\n');
  expect(mistakes.map(({ message, suggestion }) => [message, suggestion])).toEqual([
    ['unknown key nmae', 'name'],
  ]);
});

test('a word that resembles nothing gets no suggestion', () => {
  expect(mistakesIn('name: a\nzzzzzzzz: 1\n')[0]?.suggestion).toBeNull();
});

test('an alternative is judged by the key that was written', () => {
  const [mistake] = mistakesIn('name: a\nparts:\n  - { bolt: m4, truns: 3 }\n');
  expect(mistake?.message).toBe('unknown key truns');
  expect(mistake?.suggestion).toBe('turns');
});

test('an item that is none of the alternatives is told which keys there are', () => {
  const [mistake] = mistakesIn('name: a\nparts:\n  - { blot: m4 }\n');
  expect(mistake?.allowed).toEqual(['bolt', 'plate']);
  expect(mistake?.suggestion).toBe('bolt');
});

test('an open union is judged by the form of what was written', () => {
  expect(mistakesIn('name: a\nfirst: { txet: b }\n').map(({ message }) => message)).toEqual([
    'unknown key txet',
  ]);
});

test('a broken line is a mistake with its place, and what follows from it is not told', () => {
  const text = 'name: [a\ncolour: ambre\n';
  const mistakes = mistakesIn(text);
  expect(mistakes.length).toBeGreaterThan(0);
  expect(mistakes.every(({ message }) => message.startsWith('YAML: '))).toBe(true);
});

test('mistakes before a broken line are still told', () => {
  expect(places('colour: ambre\nname: "a\n')).toContain('1:9');
});

test('an empty file is a mistake and no crash', () => {
  expect(places('')).toEqual(['1:1']);
});

test('the text for people has the place, the suggestion and the line with a marker', () => {
  const text = formatMistakes(mistakesIn('name: a\ncolour: ambre\n'));
  expect(text).toContain('thing.yaml:2:9: "ambre" is not allowed here');
  expect(text).toContain('did you mean amber?');
  expect(text).toContain('> 2 | colour: ambre');
  expect(text).toContain('1 mistake');
});

test.each([
  ['name: *b\n', '1:7', 'nothing is anchored as &b'],
  ['name: a\nlist: &a [*a]\n', '2:11', '*a stands inside of what it stands for, without an end'],
  ['name: a\nlist: &a { b: { c: *a } }\n', '2:20', '*a stands inside of what it stands for'],
])(
  'an alias that stands for nothing that ends is told at its place: %j',
  (text, place, message) => {
    expect(places(text)).toEqual([place]);
    expect(mistakesIn(text)[0]?.message).toContain(message);
  },
);

test('aliases that multiply are told where they begin to', () => {
  const rows = ['a0: &a0 [x, x, x]'];
  for (let level = 1; level < 9; level += 1) {
    const inner = Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ');
    rows.push(`a${level}: &a${level} [${inner}]`);
  }
  const mistakes = mistakesIn(`${rows.join('\n')}\n`);
  expect(mistakes.map(({ line, message }) => [line, message])).toEqual([
    [3, 'aliases stand for too many parts: more than 100 in one'],
  ]);
});

test('an alias that stands for a text is read as that text', () => {
  expect(places('name: &a amber\ncolour: *a\n')).toEqual([]);
});
