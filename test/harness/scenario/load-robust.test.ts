import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadScenario } from '../../../harness/scenario/load.ts';
import { projectCatalogue } from '../plan/abilities.ts';

const catalogue = projectCatalogue();
const TEXT = readFileSync('scenarios/outage/durations.yaml', 'utf8');
const LINES = TEXT.split('\n');

/** Whatever a slip of the hand makes of a file, every mistake lies in it. */
function placesLieIn(text: string): boolean {
  const loaded = loadScenario('outage/durations.yaml', text, catalogue);
  if (loaded.ok) return true;
  const count = text.split('\n').length;
  return (
    loaded.mistakes.length > 0 && loaded.mistakes.every(({ line }) => line >= 1 && line <= count)
  );
}

test('a line that is lost gives mistakes in the file, never a crash', () => {
  for (const index of LINES.keys()) {
    expect(placesLieIn(LINES.filter((_, other) => other !== index).join('\n'))).toBe(true);
  }
});

test('any text in any place gives mistakes in the file, never a crash', () => {
  const snippet = fc.oneof(
    fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ': ',
      '- ',
      '&a',
      '*a',
      '"',
      '$',
      '5',
      'null',
      '\n',
      '!x ',
      '#',
      '<<: ',
      '__proto__: 1',
      '\t',
    ),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.nat(TEXT.length), fc.nat(6), snippet, (at, lost, inserted) =>
      placesLieIn(TEXT.slice(0, at) + inserted + TEXT.slice(at + lost)),
    ),
    { numRuns: 1500, seed: 1 },
  );
});

test('any value in place of a part gives mistakes in the file, never a crash', () => {
  const value = fc.constantFrom(
    'null',
    '[]',
    '{}',
    '3',
    '"x"',
    'true',
    '[[1]]',
    '{ a: { b: 1 } }',
    '$x',
    '$profile.',
    '-',
  );
  const rows = fc.constantFrom(...LINES.keys());
  fc.assert(
    fc.property(rows, value, (row, replacement) => {
      const lines = LINES.map((line, index) =>
        index === row ? line.replace(/: .*$/, () => `: ${replacement}`) : line,
      );
      return placesLieIn(lines.join('\n'));
    }),
    { numRuns: 400, seed: 2 },
  );
});
