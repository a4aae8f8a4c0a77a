import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import { loadProfile, loadRig } from '../../../harness/main/rig-files.ts';
import type { BenchPhysics, SourceState } from '../../../rigs/bench/physics.ts';
import type { SimulatedBenchOptions } from '../../../rigs/bench/simulated.ts';
import { defineDriver, type Driver, type Role } from '../../../rigs/driver/driver.ts';
import { ourDriver } from '../../../rigs/driver/registry.ts';
import type { ActionOf } from '../../../rigs/port/action.ts';
import type { Reading } from '../../../rigs/port/observation.ts';
import type { ProbeReading } from '../../../rigs/port/probe.ts';
import { benchForTests, type TestBench } from './bench-for-tests.ts';

const LOAD = {
  do: 'apply-load',
  currentMilliAmps: 30_000,
  voltageMilliVolts: 240_000,
  powerFactorPpm: 1_000_000,
} as const;
/** 7200 W and 1 Wh a pulse: two pulses a second. A gate of 30 s has 60. */
const COMPARE: ActionOf<'measure-accuracy'> = {
  do: 'measure-accuracy',
  as: 'error',
  pulses: 25,
  minimumGateNs: 30e9,
  repeats: 3,
  warmUpNs: 60e9,
  settleNs: 10e9,
  stability: { tolerancePpm: 1_000, attempts: 2, origin: 'default' },
};
const EXACT = { ...METER_RULES, registrationErrorPpm: () => 0 };

/** A probe as a user's own driver would be one. */
const thermometer = (shown: ProbeReading) =>
  defineDriver({
    role: 'probe',
    name: 'thermometer',
    summary: 'Shows one temperature.',
    reach: 'none',
    options: {},
    open: () =>
      Promise.resolve({
        identify: () => Promise.resolve(null),
        release: () => Promise.resolve(),
        read: () => Promise.resolve(shown),
      }),
  });

/** A bench whose physics the test can reach, under load. */
async function loadedBench(
  change: Partial<SimulatedBenchOptions> = {},
  warmth: ProbeReading | null = null,
): Promise<TestBench & { readonly physics: BenchPhysics }> {
  let physics: BenchPhysics | null = null;
  const driverOf = <R extends Role>(role: R, binding: { driver: string }): Driver<R> => {
    if (role === 'probe' && warmth !== null) return thermometer(warmth) as unknown as Driver<R>;
    const driver = ourDriver(role, binding);
    const { twin } = driver;
    if (role !== 'source' || twin === null) return driver;
    return {
      ...driver,
      twin: (options, context) => {
        physics = context.physics;
        return twin(options, context);
      },
    };
  };
  const bench = await benchForTests({ driverOf, rules: EXACT, ...change });
  if (physics === null) throw new Error('the source has no twin');
  await bench.perform({ do: 'close-mains' });
  await bench.perform(LOAD);
  return { ...bench, physics };
}

/** Changes what the source gives so long after now, for good; a bare number is a voltage, mV. */
function move(
  { clock, physics }: Awaited<ReturnType<typeof loadedBench>>,
  afterNs: number,
  change: number | Partial<SourceState>,
): void {
  const to = typeof change === 'number' ? { milliVolts: change } : change;
  clock.callAt(clock.nowNs() + afterNs, 0, () => physics.setSource(to));
}

function reading({ observed }: TestBench): Reading {
  const found = observed.find((seen) => seen.kind === 'reading');
  if (found?.kind !== 'reading') throw new Error('no reading');
  return found;
}

const unsteady = ({ observed }: TestBench): readonly string[] =>
  observed.flatMap((seen) => (seen.kind === 'evidence' ? [seen.detail] : []));

describe('a source that moves', () => {
  test('inside the tolerance is in the budget, and between which values it stood in the raw counts', async () => {
    const bench = await loadedBench();
    move(bench, 80e9, 240_120);
    await bench.perform(COMPARE);
    const { budget, raw } = reading(bench);
    expect(unsteady(bench)).toEqual([]);
    const line = budget.find(({ source }) => source === 'movement of the source in a gate');
    expect(line?.standardUncertainty).toBeCloseTo(500 / 2 / Math.sqrt(3), 0);
    expect(raw.milliVoltsLeast).toBeCloseTo(240_000, -2);
    expect((raw.milliVoltsMost ?? 0) - (raw.milliVoltsLeast ?? 0)).toBeCloseTo(120, -1);
  });

  test('spoils one gate, which is told with its error and opened again', async () => {
    const bench = await loadedBench();
    move(bench, 80e9, 241_200);
    await bench.perform(COMPARE);
    expect(unsteady(bench)).toEqual([
      expect.stringMatching(
        /^error, attempt 1 of 2: voltage moved by 0\.499 % .*; error .* %, not counted$/,
      ),
    ]);
    expect(reading(bench).raw).toMatchObject({ repeats: 3, pulses: 180 });
  });

  test('and comes back within the gate is seen as well', async () => {
    const bench = await loadedBench();
    move(bench, 80e9, 244_000);
    move(bench, 90e9, 240_000);
    await bench.perform(COMPARE);
    expect(unsteady(bench)).toHaveLength(1);
  });

  test('through every attempt is the rig to blame, and what moved is named', async () => {
    const bench = await loadedBench();
    for (let step = 1; step <= 20; step++) move(bench, (70 + 5 * step) * 1e9, 240_000 + step * 400);
    await expect(bench.perform(COMPARE)).rejects.toMatchObject({
      blame: 'rig',
      message: expect.stringMatching(
        /^error at A1: awaited a source steady within 0\.1 % for a whole gate, 2 times; voltage moved/,
      ),
    });
    expect(unsteady(bench)).toHaveLength(2);
    expect(bench.observed.filter(({ kind }) => kind === 'reading')).toEqual([]);
  });
});

/** A source that drifts by a fixed step every 5 s, through all gates of two attempts. */
const DRIFTS: readonly (readonly [string, string, (step: number) => Partial<SourceState>])[] = [
  ['current', 'milliAmps', (step) => ({ milliAmps: 30_000 - step * 60 })],
  ['power factor', 'powerFactorPpm', (step) => ({ powerFactorPpm: 1_000_000 - step * 2_000 })],
  ['frequency', 'milliHertz', (step) => ({ milliHertz: 60_000 + step * 120 })],
];

describe.each(DRIFTS)('a %s that drifts, as the standard measures it', (name, key, drift) => {
  test('through every attempt repeats the gate, and then the rig is to blame', async () => {
    const bench = await loadedBench();
    for (let step = 1; step <= 20; step++) move(bench, (70 + 5 * step) * 1e9, drift(step));
    await expect(bench.perform(COMPARE)).rejects.toMatchObject({
      blame: 'rig',
      message: expect.stringContaining(`2 times; ${name} moved by`),
    });
    expect(unsteady(bench)).toEqual([
      expect.stringMatching(new RegExp(`^error, attempt 1 of 2: ${name} moved by`)),
      expect.stringMatching(new RegExp(`^error, attempt 2 of 2: ${name} moved by`)),
    ]);
  });

  test('once spoils one gate, and the raw counts hold the reach of what counted', async () => {
    const bench = await loadedBench();
    move(bench, 80e9, drift(1));
    await bench.perform(COMPARE);
    expect(unsteady(bench)).toEqual([
      expect.stringMatching(new RegExp(`^error, attempt 1 of 2: ${name} moved by 0\\.2 %`)),
    ]);
    const { raw } = reading(bench);
    const after = Object.values(drift(1))[0];
    expect([raw[`${key}Least`], raw[`${key}Most`]]).toEqual([after, after]);
  });
});

test('the reach of each quantity that the standard measures stands in the raw counts', async () => {
  const bench = await loadedBench();
  move(bench, 80e9, { milliAmps: 30_009, powerFactorPpm: 999_700, milliHertz: 60_006 });
  await bench.perform(COMPARE);
  const { raw } = reading(bench);
  expect(unsteady(bench)).toEqual([]);
  expect(raw).toMatchObject({
    milliAmpsLeast: 30_000,
    milliAmpsMost: 30_009,
    powerFactorPpmLeast: 999_700,
    powerFactorPpmMost: 1_000_000,
    milliHertzLeast: 60_000,
    milliHertzMost: 60_006,
  });
  expect(raw.milliVoltsLeast).toBe(raw.milliVoltsMost);
});

test('warm-up, settling and the repeats with mean, s(n-1) and range stand in the raw counts', async () => {
  const bench = await loadedBench();
  const startNs = bench.clock.nowNs();
  await bench.perform(COMPARE);
  const { raw } = reading(bench);
  const errors = [raw.errorPpm1, raw.errorPpm2, raw.errorPpm3].map((error) => error ?? Number.NaN);
  const mean = errors.reduce((sum, error) => sum + error, 0) / 3;
  const squares = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0);
  expect(raw).toMatchObject({ warmUpNs: 60e9, settleNs: 10e9, elementFactor: 1 });
  expect(raw.meanPpm).toBeCloseTo(mean);
  expect(raw.deviationPpm).toBeCloseTo(Math.sqrt(squares / 2));
  expect(raw.rangePpm).toBe(Math.max(...errors) - Math.min(...errors));
  expect(bench.clock.nowNs() - startNs).toBeGreaterThan(70e9 + 3 * 30e9);
});

/** A file of the project with other texts in it. */
function read(file: string, pairs: readonly (readonly [string, string])[]): string {
  const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  return pairs.reduce((before, [from, to]) => before.replace(from, to), text);
}

/** The shipped bench with other texts in its files. */
function changed(
  inRig: readonly (readonly [string, string])[],
  inProfile: readonly (readonly [string, string])[] = [],
): Partial<SimulatedBenchOptions> {
  const profile = loadProfile('profile', read('rigs/profiles/centron-gprs.yaml', inProfile));
  const rig = loadRig('rig', read('rigs/simulated.rig.yaml', inRig));
  if (!profile.ok || !rig.ok) throw new Error('the changed files have mistakes');
  const position = rig.value.positions[0];
  if (position === undefined) throw new Error('the rig has no position');
  return { profile: profile.value, rig: rig.value, position };
}

/** The shipped bench with a meter of two elements in series-parallel, and what its file says of them. */
function twoElements(connection: string): Partial<SimulatedBenchOptions> {
  const inProfile = [
    ['form: 2S', 'form: 12S'],
    ['elements: { value: 1', 'elements: { value: 2'],
  ] as const;
  return changed([["serial: '60012345'", `serial: '60012345'${connection}`]], inProfile);
}

describe('the element factor of the test connection', () => {
  test('of all elements in series-parallel is their number: the meter registers twice what is seen', async () => {
    const bench = await loadedBench(twoElements(''));
    await bench.perform(COMPARE);
    const { value, expandedUncertainty, raw } = reading(bench);
    expect(Math.abs(value)).toBeLessThanOrEqual(expandedUncertainty);
    expect(raw.elementFactor).toBe(2);
    const { meterMilliWattHours = 0, referenceMilliWattHours = 0 } = raw;
    expect(meterMilliWattHours / referenceMilliWattHours).toBeCloseTo(2, 3);
  });

  test('that is wrong in the rig file shows as an error of 100 %', async () => {
    const bench = await loadedBench(twoElements(', connection: { elements: 2, factor: 1 }'));
    await bench.perform(COMPARE);
    expect(reading(bench).value / 1e4).toBeCloseTo(100, 0);
  });

  test('of a single driven element is one', async () => {
    const bench = await loadedBench(twoElements(', connection: { elements: 1 }'));
    await bench.perform(COMPARE);
    const { value, expandedUncertainty, raw } = reading(bench);
    expect(Math.abs(value)).toBeLessThanOrEqual(expandedUncertainty);
    expect(raw.elementFactor).toBe(1);
  });
});

const rigWith = (coefficient: string) =>
  changed([
    ['positions:', 'probes: { temperature: { driver: own, file: thermometer.ts } }\npositions:'],
    ['U: 0.02 %, k: 2', `U: 0.02 %, k: 2${coefficient}`],
  ]);

const temperatureLine = (bench: TestBench) =>
  reading(bench).budget.find(({ source }) => source === 'temperature of the standard');

describe('the temperature of the standard', () => {
  const declared = rigWith(', temperature-coefficient: 20 ppm/K, reference-temperature: 23 °C');
  const at = { kind: 'number', value: 26_500, unit: 'mdegC', expandedUncertainty: 500 } as const;
  test('is in the budget where its coefficient is declared and a probe shows it', async () => {
    const bench = await loadedBench(declared, at);
    await bench.perform(COMPARE);
    expect(temperatureLine(bench)?.standardUncertainty).toBeCloseTo((4 * 20) / Math.sqrt(3));
    expect(reading(bench).raw.celsius).toBe(26.5);
  });

  test('is left out where no coefficient is declared', async () => {
    const bench = await loadedBench(rigWith(''), at);
    await bench.perform(COMPARE);
    expect(temperatureLine(bench)).toBeUndefined();
  });

  test('in another unit is the rig to blame', async () => {
    const bench = await loadedBench(declared, { ...at, value: 26_500, unit: 'mV' });
    await expect(bench.perform(COMPARE)).rejects.toMatchObject({
      blame: 'rig',
      message: expect.stringContaining('awaited a number in °C, got 26.5 V'),
    });
  });
});
