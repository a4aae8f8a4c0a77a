import { describe, expect, test } from 'vitest';
import { registersWhen } from '../../../devices/meter/rules/module.ts';
import { transmissionCarried } from '../../../devices/meter/rules/outage.ts';
import { intervalAccepted, pushAccepted, pushDue } from '../../../devices/meter/rules/reads.ts';
import { replayAccepted } from '../../../devices/meter/rules/security.ts';

test.each([
  [0, false],
  [1, false],
  [4, false],
  [5, true],
  [6, true],
  [7, false],
  [15, true],
  [30, true],
  [45, false],
  [60, true],
  [120, false],
])('an interval of %i minutes is accepted: %s', (minutes, accepted) => {
  expect(intervalAccepted(minutes)).toBe(accepted);
});

test.each([
  [0, 5, true],
  [0, 0, true],
  [5, 5, false],
  [14, 1, false],
  [15, 5, true],
  [15, 15, true],
  [15, 30, false],
  [20, 15, false],
  [30, 15, true],
  [15, 0, false],
])(
  'a push every %i minutes of intervals of %i minutes is accepted: %s',
  (every, each, accepted) => {
    expect(pushAccepted(every, each)).toBe(accepted);
  },
);

describe('edges', () => {
  test('data is due at its end and not a millisecond before', () => {
    expect([999, 1000, 1001].map((shown) => pushDue(shown, 1000))).toEqual([false, true, true]);
  });

  test('a module registers with its last parameter and not with the one before', () => {
    expect([0, 5, 6].map((set) => registersWhen(set, 6))).toEqual([false, false, true]);
  });

  test('what is stored carries a transmission when it is just enough', () => {
    expect([1.49, 1.5].map((stored) => transmissionCarried(stored, 1.5))).toEqual([false, true]);
  });

  test.each([
    [1, false, true],
    [0, true, false],
    [-1, false, true],
    [-1, true, false],
    [-64, false, true],
    [-65, false, false],
  ])('an IV %i ahead of the highest, seen %s: %s', (ahead, seen, accepted) => {
    expect(replayAccepted(ahead, seen, 64)).toBe(accepted);
  });
});
