import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MeterInput } from '../../../devices/meter/input.ts';
import { ASKED_AT_SECONDS, loggedEvents, meterWithFace, type TableValue } from './meter-face.ts';
import { OFF, ON, PROFILE, START_UTC_MS, type Story } from './story.ts';

/** A meter without error and drift, so that what it should show can be reckoned. */
const EXACT = {
  profile: { accuracyClassPpm: 0, clock: { ...PROFILE.clock, driftPpmMaximum: 0 } },
};
const INTERVAL_SECONDS = 15 * 60;
const HOURS = 4;
const END_SECONDS = HOURS * 3600;
/** One pulse more or less in an interval, as power, and the rounding to whole watts. */
const RESOLUTION_WATTS = (PROFILE.khWattHours * 3600) / INTERVAL_SECONDS + 1;

function load(watts: number): MeterInput {
  return { kind: 'load', milliWatts: watts * 1000, currentMilliAmps: watts * 4 };
}
function setClock(shownSeconds: number): MeterInput {
  return { kind: 'set-clock', shownNs: shownSeconds * 1e9 };
}

/** What happens at some second; outages take the load away and bring it back. */
type Happening =
  | { readonly at: number; readonly watts: number }
  | { readonly at: number; readonly outage: number }
  | { readonly at: number; readonly shown: number }
  /** The clock is moved by so much, so that it mostly stays within its interval. */
  | { readonly at: number; readonly by: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ at: fc.integer({ min: 10, max: END_SECONDS }), watts: fc.nat(20_000) }),
  fc.record({
    at: fc.integer({ min: 10, max: END_SECONDS }),
    outage: fc.integer({ min: 1, max: 4_000 }),
  }),
);
const clockChange: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    at: fc.integer({ min: 10, max: END_SECONDS }),
    shown: fc.integer({ min: 0, max: END_SECONDS }),
  }),
  fc.record({
    at: fc.integer({ min: 10, max: END_SECONDS }),
    by: fc.integer({ min: -400, max: 400 }),
  }),
);

/** Happenings as inputs, by second; the clock shows true time from second 2 on. */
function storyOf(happenings: readonly Happening[]): Story {
  let busyUntil = 0;
  let watts = 0;
  let offset = 0;
  const set = (at: number, shown: number): void => {
    offset = shown - at;
    story.push([at, setClock(shown)]);
  };
  const story: [number, MeterInput][] = [[2, setClock(2)]];
  for (const one of happenings.toSorted((a, b) => a.at - b.at)) {
    if (one.at <= busyUntil) continue;
    busyUntil = one.at;
    if ('watts' in one) {
      ({ watts } = one);
      story.push([one.at, load(watts)]);
    } else if ('shown' in one) set(one.at, one.shown);
    else if ('by' in one) set(one.at, Math.max(0, one.at + offset + one.by));
    else {
      busyUntil = one.at + one.outage;
      story.push([one.at, OFF], [busyUntil, ON], [busyUntil, load(watts)]);
    }
  }
  return story;
}

interface Naive {
  readonly previousWatts: number;
  readonly maximumWatts: number;
}

function blockOf(second: number): number {
  return Math.floor(second / INTERVAL_SECONDS);
}

/** The same second by second: energy of each interval of the shown clock over its length. */
function naively(story: Story, untilSeconds: number): Naive {
  let [shown, watts, energy, elapsed] = [0, 0, 0, 0];
  let [previousWatts, maximumWatts] = [0, 0];
  const close = (): void => {
    previousWatts = energy / Math.max(INTERVAL_SECONDS, elapsed);
    maximumWatts = Math.max(maximumWatts, previousWatts);
    energy = 0;
    elapsed = 0;
  };
  for (let second = 0; second <= untilSeconds; second++) {
    if (second > 0) {
      energy += watts;
      elapsed += 1;
      shown += 1;
      if (shown % INTERVAL_SECONDS === 0) close();
    }
    for (const [, input] of story.filter(([at]) => at === second)) {
      if (input.kind === 'load') watts = input.milliWatts / 1000;
      else if (input.kind === 'mains' && !input.energised) watts = 0;
      else if (input.kind === 'set-clock') {
        const wanted = input.shownNs / 1e9;
        if (blockOf(wanted) !== blockOf(shown)) close();
        shown = wanted;
      }
    }
  }
  return { previousWatts, maximumWatts };
}

/** What the tables say of the demand after a story. */
function shownAfter(story: Story, untilSeconds: number) {
  const meter = meterWithFace([], EXACT);
  for (const [atSeconds, input] of story) {
    meter.later(Math.max(0, atSeconds - meter.now.ns / 1e9));
    meter.give(input);
  }
  meter.later(untilSeconds - meter.now.ns / 1e9);
  const { PRESENT_VALUE: values } = meter.read(28) as { readonly PRESENT_VALUE: readonly number[] };
  return { previousWatts: values[1], maximumWatts: demandOf(meter.read(23)).watts };
}

function demandOf(registers: TableValue) {
  const block = registers['TOT_DATA_BLOCK'] as {
    readonly SUMMATIONS: readonly number[];
    readonly DEMANDS: readonly {
      readonly EVENT_TIME: readonly (number | null)[];
      readonly CUM_DEMAND: number;
      readonly DEMAND: readonly number[];
    }[];
  };
  const [demand] = block.DEMANDS;
  return {
    wattHours: block.SUMMATIONS[0],
    watts: demand?.DEMAND[0],
    atMs: demand?.EVENT_TIME[0],
    cumulativeWatts: demand?.CUM_DEMAND,
    resets: registers['NBR_DEMAND_RESETS'],
  };
}

describe('block demand', () => {
  test.each([
    ['loads and outages', happening],
    ['loads, outages and a clock that is set', fc.oneof(happening, clockChange)],
  ])('is the integral of the power over each interval: %s', (_what, arbitrary) => {
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 12 }), (happenings) => {
        const story = storyOf(happenings).map(
          ([at, input]) => [at + ASKED_AT_SECONDS, input] as const,
        );
        const until = END_SECONDS + ASKED_AT_SECONDS + 5_000;
        const shown = shownAfter(story, until);
        const naive = naively(story, until);
        expect(Math.abs(Number(shown.maximumWatts) - naive.maximumWatts)).toBeLessThanOrEqual(
          RESOLUTION_WATTS,
        );
        expect(Math.abs(Number(shown.previousWatts) - naive.previousWatts)).toBeLessThanOrEqual(
          RESOLUTION_WATTS,
        );
      }),
      { seed: 12_19, numRuns: 60 },
    );
  });
});

/** 7.2 kW from the second at which the meter is first asked (00:10) on. */
function loaded() {
  const meter = meterWithFace([], EXACT);
  meter.give(setClock(ASKED_AT_SECONDS));
  meter.give(load(7_200));
  return meter;
}

describe('the registers of a meter', () => {
  test('show the interval that runs, what is left of it, and the last one', () => {
    const meter = loaded();
    meter.later(200);
    expect(meter.read(28)).toEqual({
      // 200 s of 7.2 kW are 400 Wh: in a quarter of an hour that is 1.6 kW so far.
      PRESENT_DEMAND: [{ TIME_REMAINING: 100, DEMAND_VALUE: 1_600 }],
      PRESENT_VALUE: [400, 0, 28_800],
    });
    meter.later(100);
    // Five minutes of the interval from 00:00 to 00:15.
    expect(meter.read(28)).toEqual({
      PRESENT_DEMAND: [{ TIME_REMAINING: 900, DEMAND_VALUE: 0 }],
      PRESENT_VALUE: [600, 2_400, 28_800],
    });
  });

  test('keep the maximum with the end of its interval; the first of equals stays', () => {
    const meter = loaded();
    meter.later(3_000);
    expect(demandOf(meter.read(23))).toMatchObject({
      watts: 7_200,
      atMs: START_UTC_MS + 30 * 60_000,
      cumulativeWatts: 0,
      resets: 0,
    });
  });

  test('close their block at a demand reset and begin the next', () => {
    const meter = loaded();
    meter.later(2_000);
    const before = demandOf(meter.read(23));
    expect(meter.start('remote-reset', { ACTION_FLAG: { DEMAND_RESET_FLAG: true } })).toBe(0);
    expect(demandOf(meter.read(25))).toEqual({ ...before, wattHours: 4_000 });
    expect(meter.read(25)['END_DATE_TIME']).toBe(START_UTC_MS + 43 * 60_000);
    expect(demandOf(meter.read(23))).toMatchObject({
      watts: 0,
      atMs: null,
      cumulativeWatts: 7_200,
      resets: 1,
    });
    expect(loggedEvents(meter).at(-1)).toBe(20);
    // The interval that runs goes on: it ends at 00:45 with all of its energy.
    meter.later(200);
    expect(demandOf(meter.read(23))).toMatchObject({ watts: 7_200, resets: 1 });
  });

  test('have nothing in a block that was never closed', () => {
    const { read } = loaded();
    for (const table of [24, 25]) expect(read(table)['END_DATE_TIME']).toBeNull();
  });

  test('keep the data of the season that ended', () => {
    const meter = loaded();
    meter.later(2_000);
    const flags = { SEASON_CHANGE_FLAG: true, NEW_SEASON: 2 };
    expect(meter.start('remote-reset', { ACTION_FLAG: flags })).toBe(0);
    expect(meter.read(24)['SEASON']).toBe(0);
    expect(demandOf(meter.read(24))).toMatchObject({ watts: 7_200, wattHours: 4_000 });
    expect(meter.read(55)['STATUS']).toMatchObject({ SEASON: 2 });
    expect(demandOf(meter.read(23)).watts).toBe(7_200);
    expect(loggedEvents(meter).at(-1)).toBe(24);
  });

  test('count no maximum in an interval that was not all in metering mode', () => {
    const meter = loaded();
    meter.later(400);
    const before = demandOf(meter.read(23)).watts;
    meter.give(load(14_400));
    expect(meter.start('change-end-device-mode', { ED_MODE: { TEST_MODE_FLAG: true } })).toBe(0);
    meter.later(2_000);
    expect(meter.start('change-end-device-mode', { ED_MODE: { METERING_FLAG: true } })).toBe(0);
    expect(demandOf(meter.read(23)).watts).toBe(before);
    meter.later(1_800);
    expect(demandOf(meter.read(23)).watts).toBe(14_400);
  });
});

describe('self reads', () => {
  const selfRead = { ACTION_FLAG: { SELF_READ_FLAG: true } };

  test('stand in a ring of twelve, numbered, and are unread until acknowledged', () => {
    const meter = loaded();
    for (let count = 0; count < 14; count++) {
      expect(meter.start('remote-reset', selfRead)).toBe(0);
    }
    const list = meter.read(26);
    expect(list).toMatchObject({
      LIST_STATUS: { OVERFLOW_FLAG: true },
      NBR_VALID_ENTRIES: 12,
      LAST_ENTRY_ELEMENT: 1,
      LAST_ENTRY_SEQ_NBR: 14,
      NBR_UNREAD_ENTRIES: 12,
    });
    const entries = list['SELF_READS_ENTRIES'] as readonly TableValue[];
    expect(entries.map((entry) => entry['SELF_READ_SEQ_NBR'])).toEqual([
      13, 14, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    // One each ten seconds at 7.2 kW: 20 Wh.
    expect(entries.map((entry) => demandOf(entry).wattHours)).toEqual([
      240, 260, 40, 60, 80, 100, 120, 140, 160, 180, 200, 220,
    ]);
    const acknowledged = { LIST: 2, ENTRIES_READ: 5 };
    expect(meter.start('update-last-read-entry', acknowledged)).toBe(0);
    expect(meter.read(26)['NBR_UNREAD_ENTRIES']).toBe(7);
    expect(loggedEvents(meter).filter((code) => code === 21)).toHaveLength(14);
  });
});
