import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Arrivals } from '../../../rigs/sink/arrivals.ts';

test('what came is opened in its order, byte for byte, and none is kept back', async () => {
  const opened: string[] = [];
  const arrivals = new Arrivals((message) => opened.push(Buffer.from(message).toString()));
  const sent = Array.from({ length: 1_000 }, (_, number) => `message ${number}`);
  for (const message of sent) arrivals.add(Buffer.from(message));
  expect(opened).toHaveLength(0);
  for (let turns = 0; turns < 20; turns++) await turn();
  expect(opened).toEqual(sent);
  expect(arrivals.waiting).toBe(0);
});

test('while a storm comes in nothing is opened; draining opens all of it', async () => {
  let opened = 0;
  const arrivals = new Arrivals(() => opened++);
  for (let round = 0; round < 5; round++) {
    arrivals.add(new Uint8Array(60));
    await turn();
  }
  expect(opened).toBeLessThan(5);
  arrivals.drain();
  expect(opened).toBe(5);
});

test('beyond its room the oldest are opened before more is taken in', () => {
  let opened = 0;
  const arrivals = new Arrivals(() => opened++);
  // 128 chunks of 1 MiB, 16 messages of 64 kB each.
  for (let count = 0; count < 128 * 16 + 100; count++) arrivals.add(new Uint8Array(65_000));
  expect(opened).toBeGreaterThan(0);
  arrivals.drain();
  expect(opened).toBe(128 * 16 + 100);
});
