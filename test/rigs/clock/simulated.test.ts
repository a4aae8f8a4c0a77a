import { expect, test } from 'vitest';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';

const START_UTC_MS = Date.UTC(2026, 0, 5);

test('what is due first comes first; at one instant the lower meter, then who asked first', async () => {
  const clock = new SimulatedClock(START_UTC_MS);
  const order: string[] = [];
  const note = (name: string) => () => {
    order.push(`${name}@${clock.nowNs()}`);
  };
  clock.callAt(20, 0, note('late'));
  clock.callAt(10, 7, note('meter 7'));
  clock.callAt(10, 3, note('meter 3, first'));
  clock.callAt(10, 3, note('meter 3, second'));
  clock.callAt(5, 9, note('early'));
  await clock.sleepUntil(30);
  expect(order).toEqual([
    'early@5',
    'meter 3, first@10',
    'meter 3, second@10',
    'meter 7@10',
    'late@20',
  ]);
  expect(clock.nowNs()).toBe(30);
});

test('a thousand instants asked for in any order come in order', async () => {
  const clock = new SimulatedClock(START_UTC_MS);
  const seen: number[] = [];
  for (let index = 0; index < 1_000; index++) {
    const atNs = (index * 7_919) % 1_009;
    clock.callAt(atNs, index, () => seen.push(clock.nowNs()));
  }
  await clock.sleepUntil(2_000);
  expect(seen).toHaveLength(1_000);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});

test('a call that was taken back is not made', async () => {
  const clock = new SimulatedClock(START_UTC_MS);
  let calls = 0;
  const cancel = clock.callAt(10, 0, () => calls++);
  clock.callAt(20, 0, () => calls++);
  cancel();
  await clock.sleepUntil(30);
  expect(calls).toBe(1);
});

test('time stands still while work between two instants goes on over turns of the event loop', async () => {
  const clock = new SimulatedClock(START_UTC_MS);
  const instants: number[] = [];
  const work = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) {
      clock.stir();
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      instants.push(clock.nowNs());
    }
  };
  let done: Promise<void> = Promise.resolve();
  clock.callAt(10, 0, () => {
    done = work();
  });
  clock.callAt(11, 0, () => undefined);
  await clock.sleepUntil(50);
  await done;
  expect(instants).toEqual([10, 10, 10, 10, 10]);
});

test('a sleeper that is cancelled wakes at once with the reason', async () => {
  const clock = new SimulatedClock(START_UTC_MS);
  const cancelled = new AbortController();
  clock.callAt(10, 0, () => cancelled.abort(new Error('enough')));
  await expect(clock.sleepUntil(1_000, cancelled.signal)).rejects.toThrow('enough');
  expect(clock.nowNs()).toBe(10);
});
