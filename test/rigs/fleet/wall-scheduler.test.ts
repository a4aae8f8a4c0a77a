import { afterEach, expect, test } from 'vitest';
import { DueHeap } from '../../../rigs/fleet/due-heap.ts';
import { WallScheduler } from '../../../rigs/fleet/wall-scheduler.ts';

let scheduler: WallScheduler;
const lateness: number[] = [];
function start(): WallScheduler {
  lateness.length = 0;
  scheduler = new WallScheduler({
    startUtcMs: 0,
    zeroNs: process.hrtime.bigint(),
    onLateness: (_atNs, latenessNs) => lateness.push(latenessNs),
  });
  return scheduler;
}
afterEach(() => scheduler?.stop());

const reached = (atNs: number): Promise<void> =>
  new Promise((resolve) => scheduler.callAt(atNs, 0, resolve));

test('nothing is called before it is due, and all in order', async () => {
  start();
  const called: number[] = [];
  for (let number = 0; number < 1_000; number++) {
    const atNs = ((number * 7_919) % 1_000) * 20_000;
    scheduler.callAt(atNs, number, () => {
      expect(scheduler.nowNs()).toBeGreaterThanOrEqual(atNs);
      called.push(atNs);
    });
  }
  await reached(20_000_001);
  expect(called).toHaveLength(1_000);
  expect(called).toEqual(called.toSorted((one, other) => one - other));
  expect(lateness).toHaveLength(1_001);
});

test('at one instant owners come in their order', async () => {
  start();
  const called: number[] = [];
  for (const owner of [5, 3, 9, 1]) scheduler.callAt(2_000_000, owner, () => called.push(owner));
  await reached(2_000_001);
  expect(called).toEqual([1, 3, 5, 9]);
});

test('what is taken back is not called, and something earlier overtakes the timer', async () => {
  start();
  const called: string[] = [];
  const cancel = scheduler.callAt(3_000_000, 0, () => called.push('cancelled'));
  scheduler.callAt(40_000_000, 0, () => called.push('late'));
  scheduler.callAt(5_000_000, 0, () => called.push('early'));
  cancel();
  await reached(41_000_000);
  expect(called).toEqual(['early', 'late']);
});

test('a failing callback is told and the next one is called', async () => {
  start();
  const failures: unknown[] = [];
  scheduler.onFailure((error) => failures.push(error));
  scheduler.callAt(1, 0, () => {
    throw new Error('boom');
  });
  await reached(2);
  expect(failures).toEqual([new Error('boom')]);
});

test('a stopped one calls nothing back', () => {
  start();
  let called = false;
  scheduler.callAt(0, 0, () => (called = true));
  scheduler.stop();
  return new Promise<void>((resolve) => {
    setImmediate(() => {
      expect(called).toBe(false);
      resolve();
    });
  });
});

test('the heap gives 10,000 back in order, without those that were cancelled', () => {
  const heap = new DueHeap();
  const dues = Array.from({ length: 10_000 }, (_, number) =>
    heap.add((number * 7_919) % 10_000, number, () => {}),
  );
  for (const due of dues) if (due.owner % 3 !== 0) heap.cancel(due);
  const taken: number[] = [];
  for (let due = heap.takeDue(1e9); due !== null; due = heap.takeDue(1e9)) taken.push(due.atNs);
  expect(taken).toHaveLength(3_334);
  expect(taken).toEqual(taken.toSorted((one, other) => one - other));
});

test('cancelling what was taken already changes nothing', () => {
  const heap = new DueHeap();
  const first = heap.add(1, 0, () => {});
  heap.add(2, 0, () => {});
  expect(heap.takeDue(5)).toBe(first);
  heap.cancel(first);
  expect(heap.takeDue(5)?.atNs).toBe(2);
});
