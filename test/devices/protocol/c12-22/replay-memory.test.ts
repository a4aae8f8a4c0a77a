import { expect, test } from 'vitest';
import { ReplayMemory } from '../../../../devices/protocol/c12-22/node/replay-memory.ts';

test('a message is taken once', () => {
  const memory = new ReplayMemory(900);
  expect(memory.take({ iv: 1000, mac: 'aa' })).toBe(true);
  expect(memory.take({ iv: 1000, mac: 'aa' })).toBe(false);
});

test('callers that take the second as IV may say several things in one', () => {
  const memory = new ReplayMemory(900);
  const macs = ['aa', 'bb', 'cc'];
  expect(macs.map((mac) => memory.take({ iv: 1000, mac }))).toEqual([true, true, true]);
  expect(macs.map((mac) => memory.take({ iv: 1000, mac }))).toEqual([false, false, false]);
});

test.each([
  { below: 900, taken: true },
  { below: 901, taken: false },
])('$below below the highest IV at a window of 900: taken is $taken', ({ below, taken }) => {
  const memory = new ReplayMemory(900);
  memory.take({ iv: 5000, mac: 'aa' });
  expect(memory.take({ iv: 5000 - below, mac: 'bb' })).toBe(taken);
});

test('what has left the window is not taken again', () => {
  const memory = new ReplayMemory(10);
  for (const iv of [1, 2, 3, 50]) expect(memory.take({ iv, mac: 'aa' })).toBe(true);
  for (const iv of [1, 2, 3, 50]) expect(memory.take({ iv, mac: 'aa' })).toBe(false);
});

test('more messages than can be remembered make the old ones late, never new', () => {
  const memory = new ReplayMemory(0xffff_ffff);
  const many = Array.from({ length: 70_000 }, (_, index) => ({ iv: 1 + index, mac: 'aa' }));
  const taken = () => many.filter((message) => memory.take(message)).length;
  expect(taken()).toBe(many.length);
  expect(taken()).toBe(0);
});
