import { describe, expect, test } from 'vitest';
import { moduleOf } from '../../../devices/meter/module.ts';
import { takeIv } from '../../../devices/meter/replay.ts';
import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import { tableOf } from './story.ts';

function windowOf(rules = METER_RULES, window = 64) {
  const { link } = moduleOf(tableOf({ count: 2, withModule: true }));
  return (iv: number, source = 0, row = 0) => takeIv(link, rules, row, source, iv, window);
}

describe('the replay window', () => {
  test('takes each IV once, in whatever order', () => {
    const take = windowOf();
    const order = [5, 1, 3, 2, 4, 40, 36, 70, 66, 33, 34, 35];
    expect(order.map((iv) => take(iv))).toEqual(order.map(() => true));
    expect(order.map((iv) => take(iv))).toEqual(order.map(() => false));
  });

  test('reaches 64 below the highest and no further', () => {
    const take = windowOf();
    expect(take(1000)).toBe(true);
    expect(take(936)).toBe(true);
    expect(take(935)).toBe(false);
    expect(take(936)).toBe(false);
  });

  test.each([0, 1, 17, 63])('is as wide as it is declared: %i', (window) => {
    const take = windowOf(METER_RULES, window);
    expect(take(1000)).toBe(true);
    expect(take(1000 - window - 1)).toBe(false);
    expect(take(1000 - window)).toBe(window > 0);
  });

  test('forgets nothing that it still covers when it moves', () => {
    for (const ahead of [1, 31, 32, 33, 63, 64]) {
      const take = windowOf();
      expect(take(500)).toBe(true);
      expect(take(500 + ahead)).toBe(true);
      expect(take(500)).toBe(false);
    }
  });

  test('agrees with a plain list of what was taken', () => {
    const take = windowOf();
    const taken = new Set<number>();
    for (let draw = 1; draw < 5000; draw++) {
      const iv = 1 + ((draw * 7919) % 97) + Math.floor(draw / 20);
      const highest = Math.max(0, ...taken);
      const expected = iv > highest || (iv >= highest - 64 && !taken.has(iv));
      expect(take(iv)).toBe(expected);
      if (expected) taken.add(iv);
      for (const old of taken) if (old < highest - 100) taken.delete(old);
    }
    expect(taken.size).toBeGreaterThan(50);
  });

  test('counts each source and each row apart', () => {
    const take = windowOf();
    expect([take(9), take(9, 1), take(9, 0, 1), take(9, 1, 1)]).toEqual([true, true, true, true]);
    expect([take(9), take(9, 1), take(9, 0, 1), take(9, 1, 1)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('a rule that takes replays is found out', () => {
    const take = windowOf({ ...METER_RULES, replayAccepted: () => true });
    expect([take(9), take(9)]).toEqual([true, true]);
  });
});
