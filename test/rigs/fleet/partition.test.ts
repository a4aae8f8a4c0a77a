import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partition } from '../../../rigs/fleet/partition.ts';

test('shards follow each other and hold every meter once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: 0, max: 400 }),
      (meters, shards, metersPerCell) => {
        const ranges = partition(meters, shards, metersPerCell);
        let next = 0;
        for (const { firstIndex, count } of ranges) {
          if (firstIndex !== next || count < 1) return false;
          next += count;
        }
        return next === meters && ranges.length <= shards;
      },
    ),
  );
});

test('a cell is never cut', () => {
  for (const { firstIndex } of partition(1_000, 3, 250)) expect(firstIndex % 250).toBe(0);
  expect(partition(1_000, 3, 250)).toHaveLength(3);
  expect(partition(1_000, 3, 600)).toHaveLength(2);
});

test('shards are of nearly equal size', () => {
  expect(partition(10, 3, 0).map(({ count }) => count)).toEqual([3, 4, 3]);
});
