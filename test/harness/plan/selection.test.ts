import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectionOf } from '../../../harness/plan/selection.ts';
import type { WrittenGroup } from '../../../harness/scenario/schema.ts';
import { ValueError, Values } from '../../../harness/scenario/values.ts';
import { indexesOf, selects, sizeOf } from '../../../rigs/port/fleet.ts';
import { ableBench } from './abilities.ts';

const values = new Values(ableBench().profile, {});

function members(
  name: string,
  groups: Readonly<Record<string, WrittenGroup>>,
  meters: number,
  feeders = 1,
): readonly number[] {
  return [...indexesOf(selectionOf(name, groups, { meters, feeders }, values))].sort(
    (one, other) => one - other,
  );
}

test('all is every meter, whether it is written or not', () => {
  expect(members('all', {}, 4)).toEqual([0, 1, 2, 3]);
  expect(members('every', { every: 'all' }, 3)).toEqual([0, 1, 2]);
});

test('feeders are equal parts of consecutive meters, the last one short', () => {
  const groups: Record<string, WrittenGroup> = { one: { feeder: 1 }, last: { feeder: 3 } };
  expect(members('one', groups, 10, 3)).toEqual([0, 1, 2, 3]);
  expect(members('last', groups, 10, 3)).toEqual([8, 9]);
});

test('a share is spread evenly, and its opposite is all the rest', () => {
  const groups: Record<string, WrittenGroup> = { some: { share: '25 %' }, rest: { not: 'some' } };
  expect(members('some', groups, 10)).toEqual([0, 4, 8]);
  expect(members('rest', groups, 10)).toEqual([1, 2, 3, 5, 6, 7, 9]);
});

test('a group and its opposite hold every meter once, whatever the group', () => {
  const group = fc.oneof(
    fc.record({ first: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ feeder: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ share: fc.constantFrom('50 %', '33.3 %', '25 %', '20 %', '10 %', '5 %', '2 %') }),
  );
  fc.assert(
    fc.property(group, fc.integer({ min: 41, max: 97 }), (one, meters) => {
      const groups = { one, rest: { not: 'one' } } as Record<string, WrittenGroup>;
      const both = [...members('one', groups, meters, 4), ...members('rest', groups, meters, 4)];
      expect(both.sort((a, b) => a - b)).toEqual(Array.from({ length: meters }, (_, at) => at));
    }),
  );
});

test('size and membership agree with the indexes', () => {
  const selection = selectionOf(
    'some',
    { some: { share: '33.3 %' } },
    { meters: 50, feeders: 1 },
    values,
  );
  const held = [...indexesOf(selection)];
  expect(sizeOf(selection)).toBe(held.length);
  for (let index = 0; index < 60; index++) {
    expect(selects(selection, index)).toBe(held.includes(index));
  }
});

const cyclic: Record<string, WrittenGroup> = { one: { not: 'other' }, other: { not: 'one' } };

test.each([
  ['a group that is not there', 'gone', {}, 'no group is named gone'],
  ['a feeder beyond the last', 'far', { far: { feeder: 2 } }, 'there is no feeder 2'],
  ['more meters than there are', 'many', { many: { first: 11 } }, 'there are 10 meters'],
  ['a share that is not one of so many', 'most', { most: { share: '60 %' } }, 'one of so many'],
  ['the opposite of all', 'none', { none: { not: 'all' } }, 'holds every meter'],
  ['a group that is made of itself', 'one', cyclic, 'made of itself'],
] as const)('%s is a mistake', (_what, name, groups, message) => {
  expect(() => members(name, groups as Record<string, WrittenGroup>, 10)).toThrow(ValueError);
  expect(() => members(name, groups as Record<string, WrittenGroup>, 10)).toThrow(message);
});
