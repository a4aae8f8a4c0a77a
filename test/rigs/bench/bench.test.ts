import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../rigs/port/observation.ts';
import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import { benchForTests, type TestBench } from './bench-for-tests.ts';

function reading({ observed }: TestBench, name: string): Reading {
  const found = observed.find((seen) => seen.kind === 'reading' && seen.name === name);
  if (found?.kind !== 'reading') throw new Error(`no reading ${name}`);
  return found;
}

const LOAD = {
  do: 'apply-load',
  currentMilliAmps: 30_000,
  voltageMilliVolts: 240_000,
  powerFactorPpm: 1_000_000,
} as const;
const COMPARE = {
  do: 'measure-accuracy',
  as: 'error',
  pulses: 25,
  minimumGateNs: 0,
  repeats: 3,
  warmUpNs: 0,
  settleNs: 10e9,
  stability: { tolerancePpm: 1_000, attempts: 2, origin: 'default' },
} as const;

describe('twins share one physics', () => {
  test('closing the switch energises the meter, and the standard downstream verifies it', async () => {
    const bench = await benchForTests();
    await bench.perform({ do: 'close-mains' });
    expect(bench.observed.filter(({ kind }) => kind === 'switch')).toMatchObject([
      { commanded: 'open', verified: 'open' },
      { commanded: 'closed', verified: 'closed' },
    ]);
    await bench.perform({ do: 'await', message: 'heartbeat', withinNs: 90e9 });
    await bench.perform({ do: 'open-mains' });
    await expect(
      bench.perform({ do: 'await', message: 'heartbeat', withinNs: 90e9 }),
    ).rejects.toThrow(/awaited heartbeat for 1.5 min, got nothing/);
  });

  test('a stuck relay is found by the standard and blamed on the rig', async () => {
    const bench = await benchForTests({ switchStuck: true });
    await expect(bench.perform({ do: 'close-mains' })).rejects.toMatchObject({ blame: 'rig' });
  });

  test('what undoes the mains stands on the stack before they are on, and takes the bench back', async () => {
    const bench = await benchForTests();
    await bench.perform({ do: 'close-mains' });
    expect(bench.undos.map(({ name }) => name)).toEqual([
      'isolation switch open',
      'source output off',
      'current to zero',
    ]);
    const details: unknown[] = [];
    for (const undo of bench.undos.toReversed()) details.push(await undo.run());
    expect(details.at(-1)).toMatch(/standard reads 0\.0 V/);
  });
});

describe('accuracy is measured over the pulses of the meter', () => {
  test('the standard finds the error that the meter has', async () => {
    const bench = await benchForTests({
      rules: { ...METER_RULES, registrationErrorPpm: () => 3_000 },
    });
    await bench.perform({ do: 'close-mains' });
    await bench.perform(LOAD);
    await bench.perform(COMPARE);
    const { value, expandedUncertainty, raw } = reading(bench, 'error');
    expect(Math.abs(value - 3_000)).toBeLessThanOrEqual(expandedUncertainty);
    expect(expandedUncertainty).toBeGreaterThanOrEqual(200);
    expect(raw).toMatchObject({ pulses: 75, repeats: 3, meterMilliWattHours: 75_000 });
  });

  test('a dead pulse output is told with what was awaited, and blamed on the meter', async () => {
    const bench = await benchForTests({ rules: { ...METER_RULES, pulsesEmitted: () => false } });
    await bench.perform({ do: 'close-mains' });
    await bench.perform(LOAD);
    await expect(bench.perform(COMPARE)).rejects.toMatchObject({
      blame: 'dut',
      message: expect.stringMatching(/awaited 25 pulses of the meter for .*, got 0/),
    });
  });
});

describe('the clock is measured by the second-tick method', () => {
  test('with the 1 Hz output to a fraction of a millisecond', async () => {
    const bench = await benchForTests();
    await bench.perform({ do: 'close-mains' });
    await bench.perform({ do: 'set-meter-clock', offByNs: -5e9, pastIntervalEdgeNs: null });
    await bench.perform({ do: 'measure-clock', as: 'deviation' });
    const { value, expandedUncertainty, ticks } = reading(bench, 'deviation');
    expect(ticks).toEqual({ size: 1e9, count: -5 });
    expect(Math.abs(value + 5e9)).toBeLessThan(20e6);
    expect(expandedUncertainty).toBeLessThanOrEqual(0.2e6);
  });

  test('without it by readings of ST52, whose uncertainty is stated', async () => {
    const bench = await benchForTests({}, 'rigs/simulated-optical-only.rig.yaml');
    await bench.perform({ do: 'close-mains' });
    await bench.perform({ do: 'set-meter-clock', offByNs: 7e9, pastIntervalEdgeNs: null });
    await bench.perform({ do: 'measure-clock', as: 'deviation' });
    const { value, expandedUncertainty, ticks } = reading(bench, 'deviation');
    expect(ticks?.count).toBe(7);
    expect(expandedUncertainty).toBeGreaterThan(10e6);
    expect(Math.abs(value - 7e9)).toBeLessThanOrEqual(expandedUncertainty + 20e6);
  });
});

test('mains that are on already cannot be given back: the scenario is told so', async () => {
  const bench = await benchForTests();
  await bench.perform({ do: 'close-mains' });
  await expect(
    bench.perform({ do: 'restore-mains', as: 'powered', forNs: 10e9 }),
  ).rejects.toMatchObject({ blame: 'scenario' });
});

test('an outage is timed by the contacts and counted in completed ticks of the meter', async () => {
  const bench = await benchForTests();
  await bench.perform({ do: 'close-mains' });
  await bench.perform({ do: 'interrupt-mains', as: 'outage', forNs: 15_050e6 });
  const { value, ticks } = reading(bench, 'outage');
  expect(value).toBe(15_050e6);
  expect(ticks).toEqual({ size: 100e6, count: 150 });
});
