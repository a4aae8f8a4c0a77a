import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowWheel } from '../../../rigs/fleet/row-wheel.ts';

const ROWS = 12;

/** Takes all that is due at a tick. */
function takeAll(wheel: RowWheel, tick: number): number[] {
  const rows: number[] = [];
  for (let row = wheel.take(tick); row >= 0; row = wheel.take(tick)) rows.push(row);
  return rows;
}

test('rows come at their ticks, however far ahead, re-armed or cancelled: as a plain list has it', () => {
  const ahead = fc.oneof(
    fc.integer({ min: 0, max: 600 }),
    fc.integer({ min: 0, max: 200_000 }),
    fc.integer({ min: 0, max: 2_000_000 }),
  );
  const action = fc.record({
    row: fc.integer({ min: 0, max: ROWS - 1 }),
    ahead: fc.option(ahead, { nil: null }),
    turns: fc.integer({ min: 0, max: 3_000 }),
  });
  const seen = { taken: 0, cascaded: 0 };
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e9 }),
      fc.array(action, { maxLength: 40 }),
      (start, actions) => {
        let now = start;
        const wheel = new RowWheel(ROWS, start);
        const waits = new Map<number, number>();
        for (const { row, ahead: by, turns } of actions) {
          if (by === null) {
            wheel.cancel(row);
            waits.delete(row);
          } else {
            wheel.arm(row, now + by);
            waits.set(row, Math.max(now + by, now + 1));
            if (by > 65_536) seen.cascaded++;
          }
          const next = wheel.nextTick();
          const earliest = Math.min(...waits.values());
          expect(next === null ? Infinity : next).toBeLessThanOrEqual(earliest);
          now += turns;
          const due = [...waits].filter(([, tick]) => tick <= now);
          const wanted = due.sort(([, one], [, other]) => one - other).map(([, tick]) => tick);
          const taken = takeAll(wheel, now);
          seen.taken += taken.length;
          expect(taken.map((each) => waits.get(each))).toEqual(wanted);
          for (const each of taken) waits.delete(each);
          expect(wheel.waiting).toBe(waits.size);
        }
        // Whatever still waits comes when its time has come.
        const last = Math.max(now, ...waits.values());
        expect(takeAll(wheel, last)).toHaveLength(waits.size);
      },
    ),
    { numRuns: 60, seed: 9 },
  );
  expect(seen.taken).toBeGreaterThan(40);
  expect(seen.cascaded).toBeGreaterThan(20);
});

test('nobody is taken a tick too early', () => {
  const wheel = new RowWheel(1, 100);
  wheel.arm(0, 400);
  expect(wheel.take(399)).toBe(-1);
  expect(wheel.take(400)).toBe(0);
  expect(wheel.nextTick()).toBeNull();
});
