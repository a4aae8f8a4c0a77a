import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OBJECTS, PARAMETER_OBJECTS } from '../../devices/protocol/dlms/link/objects.ts';
import { LINK_SAPS } from '../../devices/protocol/dlms/link/saps.ts';
import { RESULTS } from '../../devices/protocol/dlms/link/transaction-answer.ts';
import { PUSH_HEADS } from '../../devices/protocol/dlms/link/uplink.ts';

/** What docs/dlms.md says of the module's link is what is sent. */

const DOCUMENT = readFileSync('docs/dlms.md', 'utf8');
const ROWS = DOCUMENT.split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

/** The row whose first cell names it. */
function rowOf(name: string): readonly string[] {
  const row = ROWS.find(([, first = '']) => first.split(', ').includes(`\`${name}\``));
  if (row === undefined) throw new Error(`no row of docs/dlms.md is about ${name}`);
  return row;
}

test.each(Object.entries(PUSH_HEADS))('%s is pushed as it says', (kind, { setup, word }) => {
  const [, , told, toldWord = ''] = rowOf(kind);
  expect(told).toBe(setup);
  expect(Number.parseInt(toldWord, 10)).toBe(word);
});

test.each(Object.entries(OBJECTS))('%s stands where it says', (name, { logicalName }) => {
  expect(rowOf(name).join()).toContain(logicalName);
});

test('parameters stand where it says', () => {
  const [first, ...others] = Object.values(PARAMETER_OBJECTS);
  expect(DOCUMENT).toContain(`${first?.logicalName} to ${others.at(-1)?.logicalName}`);
});

test.each(Object.entries(RESULTS))('%s is refused as it says', (code, result) => {
  expect(rowOf(code)[2]).toBe(`\`${result}\``);
});

test('access points are those that it says', () => {
  const { management, push, firstMeter } = LINK_SAPS;
  for (const sap of [management, push, firstMeter])
    expect(DOCUMENT).toMatch(new RegExp(`\\b${sap}\\b`));
});
