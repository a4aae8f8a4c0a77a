import { describe, expect, test } from 'vitest';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { storedJoules } from '../../../devices/meter/energy.ts';
import { TIMER, timerAt } from '../../../devices/meter/timers.ts';
import {
  OFF,
  ON,
  OUTAGE_ALARMS,
  PROFILE,
  type Story,
  type TableOptions,
  tableOf,
  tell,
} from './story.ts';

/** 0.5 * 1.2 F * (5.0 V^2 - 2.5 V^2). */
const FULL = 11.25;

/** Seconds after the first loss at which last gasps and restorations were told. */
function alarmsOf(story: Story, options?: TableOptions): readonly (readonly [string, number])[] {
  return tell(tableOf(options), 0, [[1, ON], [10, OUTAGE_ALARMS], ...story], 900)
    .filter(({ kind }) => kind === 'last-gasp' || kind === 'restoration')
    .map(({ kind, atNs }) => [kind, Math.round(atNs / 1e8) / 10 - 100]);
}

/** An outage that empties the storage, and another one after so many seconds of mains. */
function twice(pauseSeconds: number): Story {
  return [
    [20, { kind: 'configure-outage-alarms', declareAfterMs: 15_000, restoreAfterMs: 5_000 }],
    [100, OFF],
    [340, ON],
    [340 + pauseSeconds, OFF],
    [340 + pauseSeconds + 300, ON],
  ];
}

/** Seconds after the loss of mains at which the module will be dark. */
function darkAfter(story: Story): number {
  const meters = tableOf();
  tell(meters, 0, [[1, ON], ...story, [100, OFF]], 116);
  return timerAt(meters, 0, TIMER.holdUpEnd) / NS_PER_S - 100;
}

describe('the storage of a module', () => {
  test.each([
    [1, 0],
    [31, FULL / 2],
    [61, FULL],
    [600, FULL],
  ])('at %i s of which it had mains from the first on, it holds %f J', (seconds, joules) => {
    const meters = tableOf();
    tell(meters, 0, [[1, ON]], seconds);
    expect(storedJoules(meters, 0, seconds * NS_PER_S)).toBeCloseTo(joules, 9);
  });

  test('drains while the module idles, and a last gasp costs one transmission', () => {
    const meters = tableOf();
    tell(
      meters,
      0,
      [
        [1, ON],
        [10, OUTAGE_ALARMS],
        [100, OFF],
      ],
      120,
    );
    const { idleWatts, transmissionJoules } = PROFILE.outage;
    expect(storedJoules(meters, 0, 120e9)).toBeCloseTo(
      FULL - 20 * idleWatts - transmissionJoules,
      6,
    );
  });

  test('that told an outage goes dark so much earlier', () => {
    const { idleWatts, transmissionJoules } = PROFILE.outage;
    expect(darkAfter([])).toBeCloseTo(FULL / idleWatts, 6);
    expect(darkAfter([[10, OUTAGE_ALARMS]])).toBeCloseTo(
      (FULL - transmissionJoules) / idleWatts,
      6,
    );
  });

  test('a second outage finds less when it comes before the recharge, and cannot be told', () => {
    // 15 s of idling and a transmission take 4.725 J: 25.2 s of mains.
    expect(alarmsOf(twice(26)).map(([kind]) => kind)).toEqual([
      'last-gasp',
      'restoration',
      'last-gasp',
      'restoration',
    ]);
    expect(alarmsOf(twice(24)).map(([kind]) => kind)).toEqual(['last-gasp', 'restoration']);
  });

  test('an outage that cannot be told is not declared, unless a rule sends without energy', () => {
    const early: Story = [
      [25, OFF],
      [300, ON],
    ];
    expect(alarmsOf(early)).toEqual([]);
    // 24 s of mains hold 4.5 J: the module idles 20.9 s on them, but 15 s leave too little to send.
    expect(alarmsOf(early, { rules: { transmissionCarried: () => true } })).toEqual([
      ['last-gasp', -60],
      ['restoration', 230],
    ]);
  });
});

test('a restoration names the instant that its last gasp named, though the clock was set between', () => {
  const meters = tableOf();
  const said = tell(
    meters,
    0,
    [
      [1, ON],
      [10, OUTAGE_ALARMS],
      [100, OFF],
      [120, ON],
      [130, { kind: 'set-clock', shownNs: 9_000 * NS_PER_S }],
    ],
    300,
  );
  const [gasp] = said.filter(({ kind }) => kind === 'last-gasp');
  expect(said.some(({ kind }) => kind === 'restoration')).toBe(true);
  expect(meters.lostAtMs[0]).toBe(gasp?.second);
});
