import { describe, expect, test } from 'vitest';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import type { MeterInput } from '../../../devices/meter/input.ts';
import { moduleSnapshot } from '../../../devices/meter/snapshot.ts';
import { PARAMETER_KEYS } from '../../../devices/protocol/centron-gprs/messages.ts';
import { OFF, ON, type Said, type Story, type TableOptions, tableOf, tell } from './story.ts';

const FRESH: TableOptions = { commissioned: 'fresh', withLoadProfile: false };
const REGISTERED: MeterInput = { kind: 'registered' };

/** So many parameters, one a second. */
function written(parameters: number, atSeconds: number): Story {
  return PARAMETER_KEYS.slice(0, parameters).map((key, place) => [
    atSeconds + place,
    { kind: 'write-parameter', key, value: key === 'tms-ap-title' ? '.77' : `a value of ${key}` },
  ]);
}

const PLACING: Story = [[1, ON], ...written(6, 20), [30, REGISTERED]];

/** Instants, in seconds, at which a kind of message was said. */
function timesOf(said: readonly Said[], kind: string): readonly number[] {
  return said.filter((one) => one.kind === kind).map(({ atNs }) => atNs / NS_PER_S);
}

describe('a fresh module', () => {
  test('asks for its parameters by itself, again and again, later and later, and says no more', () => {
    const meters = tableOf(FRESH);
    const said = tell(meters, 0, [[1, ON]], 3600);
    const times = timesOf(said, 'auto-configuration');
    expect(new Set(said.map(({ kind }) => kind))).toEqual(new Set(['auto-configuration']));
    expect(said.map(({ first }) => first)).toEqual(times.map((_, place) => place + 1));
    expect(times[0]).toBeGreaterThanOrEqual(3);
    expect(times[0]).toBeLessThan(13);
    const waits = times.slice(1).map((time, place) => time - (times[place] ?? 0));
    for (const [place, wait] of waits.entries()) {
      const even = Math.min(600, 30 * 2 ** place);
      expect(wait).toBeGreaterThanOrEqual(even * 0.8);
      expect(wait).toBeLessThanOrEqual(even * 1.2);
    }
    expect(waits.length).toBeGreaterThan(7);
    expect(moduleSnapshot(meters, 0, 3600e9).state).toBe('pre-configured');
  });

  test('waits differently from the meter beside it', () => {
    const meters = tableOf({ ...FRESH, count: 2 });
    const [one, two] = [0, 1].map((row) =>
      timesOf(tell(meters, row, [[1, ON]], 600), 'auto-configuration'),
    );
    expect(one).not.toEqual(two);
  });

  test('has no schedule and no threshold', () => {
    expect(moduleSnapshot(tableOf(FRESH), 0, 0).settings).toEqual({
      intervalMinutes: 0,
      pushEveryMinutes: 0,
      declareAfterMs: null,
      restoreAfterMs: null,
      clockLowerMs: null,
      clockUpperMs: null,
      clockCycleMs: null,
    });
  });

  test.each([0, 1, 2, 3, 4, 5])('with %i of six parameters it does not register', (parameters) => {
    const story: Story = [[1, ON], ...written(parameters, 20), [60, REGISTERED]];
    const meters = tableOf(FRESH);
    const said = tell(meters, 0, story, 3600);
    expect(timesOf(said, 'registration')).toEqual([]);
    expect(timesOf(said, 'registration-confirmed')).toEqual([]);
    expect(moduleSnapshot(meters, 0, 3600e9)).toMatchObject({
      state: 'pre-configured',
      registrations: 0,
    });
  });

  test('a half-configured one registers when a rule lets it: the test above can fail', () => {
    const eager = tableOf({ ...FRESH, rules: { registersWhen: (set) => set > 0 } });
    const said = tell(eager, 0, [[1, ON], ...written(1, 20)], 25);
    expect(timesOf(said, 'registration')).toHaveLength(1);
  });

  test('with the last parameter it registers at once, with the head-end that was written', () => {
    const meters = tableOf(FRESH);
    const said = tell(meters, 0, [[1, ON], ...written(6, 20)], 26);
    const [at] = timesOf(said, 'registration');
    expect(at).toBeGreaterThan(25);
    expect(at).toBeLessThan(25.01);
    expect(moduleSnapshot(meters, 0, 26e9)).toMatchObject({
      state: 'configured',
      registeredTo: '.77',
      registrations: 1,
      registrationNumber: 1,
    });
    expect(timesOf(tell(meters, 0, [], 3600), 'auto-configuration')).toEqual([]);
  });

  test('it registers until it is answered, with one number, and does not confirm before', () => {
    const meters = tableOf(FRESH);
    const said = tell(meters, 0, [[1, ON], ...written(6, 20), [400, REGISTERED]], 4000);
    const registrations = said.filter(({ kind }) => kind === 'registration');
    expect(registrations.length).toBeGreaterThan(2);
    expect(new Set(registrations.map(({ first }) => first))).toEqual(new Set([1]));
    expect(registrations.every(({ atNs }) => atNs <= 400e9)).toBe(true);
    expect(timesOf(said, 'registration-confirmed')).toEqual([400]);
    expect(timesOf(said, 'heartbeat')[0]).toBeGreaterThan(400);
    expect(moduleSnapshot(meters, 0, 4000e9).state).toBe('placed');
  });

  test("waits as long as the customer's parameter says", () => {
    const story: Story = [
      [1, ON],
      [10, { kind: 'write-parameter', key: 'registration-retry-s', value: '100' }],
      ...written(5, 20),
    ];
    const [first = 0, second = 0] = timesOf(tell(tableOf(FRESH), 0, story, 600), 'registration');
    expect(second - first).toBeGreaterThanOrEqual(80);
    expect(second - first).toBeLessThanOrEqual(120);
  });
});

describe('after a cut that the module did not survive', () => {
  const story: Story = [...PLACING, [100, OFF], [400, ON]];

  test('parameters are what they were, and it registers with the next number', () => {
    const meters = tableOf(FRESH);
    tell(meters, 0, story.slice(0, -1), 399);
    const before = moduleSnapshot(meters, 0, 399e9);
    const said = tell(meters, 0, [[400, ON]], 420);
    const after = moduleSnapshot(meters, 0, 420e9);
    expect(after.parameters).toEqual(before.parameters);
    expect(Object.keys(after.parameters)).toHaveLength(6);
    const registrations = said.filter(({ kind }) => kind === 'registration');
    expect(registrations.map(({ first }) => first)).toEqual([2]);
    expect(after.state).toBe('placed');
  });

  test('a rule that forgets them is found out', () => {
    const meters = tableOf({ ...FRESH, rules: { settingsKept: () => false } });
    tell(meters, 0, story, 500);
    expect(moduleSnapshot(meters, 0, 500e9).parameters).toEqual({});
  });

  test('a cut that it survives is no new attach', () => {
    const said = tell(tableOf(FRESH), 0, [...PLACING, [100, OFF], [110, ON]], 500);
    expect(timesOf(said, 'registration')).toHaveLength(1);
  });

  test('without mains it does not register, whatever is due', () => {
    const said = tell(tableOf(FRESH), 0, [[1, ON], ...written(6, 20), [25.0005, OFF]], 600);
    expect(timesOf(said, 'registration')).toEqual([]);
  });
});

test('a dark module takes nothing over', () => {
  const meters = tableOf(FRESH);
  const said = tell(
    meters,
    0,
    [
      ...written(6, 5),
      [20, { kind: 'configure-intervals', intervalMinutes: 15 }],
      [21, { kind: 'configure-push', everyMinutes: 0 }],
      [22, REGISTERED],
    ],
    100,
  );
  expect(said).toEqual([]);
  expect(moduleSnapshot(meters, 0, 100e9)).toMatchObject({
    state: 'pre-configured',
    parameters: {},
    settings: { intervalMinutes: 0 },
  });
});

test('a meter that was placed long ago registers anew when it boots, and asks for nothing', () => {
  const meters = tableOf({ withModule: true });
  const said = tell(
    meters,
    0,
    [
      [1, ON],
      [30, REGISTERED],
    ],
    60,
  );
  expect(timesOf(said, 'registration')).toHaveLength(1);
  expect(timesOf(said, 'auto-configuration')).toEqual([]);
  expect(moduleSnapshot(meters, 0, 60e9).state).toBe('placed');
});

test("a bench's meter, which has no module's columns, says none of all this", () => {
  const meters = tableOf();
  const said = tell(
    meters,
    0,
    [
      [1, ON],
      [20, { kind: 'configure-intervals', intervalMinutes: 15 }],
      [21, { kind: 'configure-push', everyMinutes: 15 }],
      ...written(6, 30),
      [40, REGISTERED],
    ],
    3600,
  );
  expect(new Set(said.map(({ kind }) => kind))).toEqual(
    new Set(['configuration-refused', 'heartbeat']),
  );
  expect(() => moduleSnapshot(meters, 0, 0)).toThrow(RangeError);
});
