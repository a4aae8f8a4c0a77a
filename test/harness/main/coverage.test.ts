import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coveragePage } from '../../../harness/main/coverage.ts';
import { requirementCoverage } from '../../../harness/main/list-command.ts';
import { UNASKED } from '../../holes.ts';

const coverage = requirementCoverage();

/** The formatter aligns tables: what stands in their cells is compared. */
function cells(text: string): string {
  return text.replaceAll(/[ -]+/g, ' ').replaceAll(/ ?\| ?/g, '|');
}

test('docs/requirements.md is what `meterbench validate --write-schema` writes', () => {
  const page = readFileSync('docs/requirements.md', 'utf8');
  expect(cells(page)).toBe(cells(coveragePage(coverage)));
});

test('every requirement is asked, is left to a person, or is a hole that says what it waits for', () => {
  const holes = coverage.filter(({ scenarios }) => scenarios.length === 0).map(({ id }) => id);
  expect(holes.sort()).toEqual([...UNASKED].sort());
  expect(coverage).toHaveLength(142);
});

/** ARC-02 is about all languages at once: whatever turns the story in one of them turns it. */
const WITHOUT_A_DEFECT_OF_THEIR_OWN = ['ARC-02'];

test('every requirement that is asked has a bench, a protocol, and a defect of its own', () => {
  const asked = coverage.filter(({ scenarios }) => scenarios.length > 0);
  const bare = asked.filter(
    ({ benches, protocols }) => benches.length === 0 || protocols.length === 0,
  );
  expect(bare.map(({ id }) => id)).toEqual([]);
  const unproved = asked.filter(({ defects }) => defects.length === 0).map(({ id }) => id);
  expect(unproved).toEqual(WITHOUT_A_DEFECT_OF_THEIR_OWN);
});
