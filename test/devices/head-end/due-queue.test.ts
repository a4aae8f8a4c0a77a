import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueQueue } from '../../../devices/head-end/due-queue.ts';

test('what is due comes out by its instant, equals as they came in', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (instants) => {
      const queue = new DueQueue<readonly [number, number]>();
      for (const [order, atMs] of instants.entries()) queue.add(atMs, [atMs, order]);
      const out: (readonly [number, number])[] = [];
      for (let one = queue.take(20); one !== undefined; one = queue.take(20)) out.push(one);
      const sorted = instants.map((atMs, order) => [atMs, order] as const);
      expect(out).toEqual(sorted.sort((one, other) => one[0] - other[0] || one[1] - other[1]));
      expect(queue.nextAtMs).toBe(Infinity);
    }),
  );
});

test('nothing comes out before its instant', () => {
  const queue = new DueQueue<string>();
  queue.add(10, 'later');
  queue.add(5, 'earlier');
  expect(queue.nextAtMs).toBe(5);
  expect(queue.take(4)).toBeUndefined();
  expect(queue.take(5)).toBe('earlier');
  expect(queue.take(9)).toBeUndefined();
  expect(queue.take(10)).toBe('later');
});
