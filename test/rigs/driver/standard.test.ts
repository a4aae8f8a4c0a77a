import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import type { Driver } from '../../../rigs/driver/driver.ts';
import { BenchError } from '../../../rigs/port/bench.ts';
import type { ComparisonRequest } from '../../../rigs/port/instrument.ts';
import { manualStandard } from '../../../rigs/standard/manual.ts';
import { pulseComparator } from '../../../rigs/standard/pulse-comparator.ts';
import { scpiPowerMeter } from '../../../rigs/standard/scpi-power-meter.ts';
import { zeraScpi } from '../../../rigs/standard/zera-scpi.ts';
import { TWIN_FAULTS } from '../../../rigs/wrap/faulty-twin.ts';
import { type FarEnd, farEnd, type FarEndOptions, NO_PTY, type Way } from './far-end.ts';
import { AnsweringOperator } from './answering-operator.ts';
import { LinesHeard } from './lines-heard.ts';

/**
 * What every reference standard with a line must fulfil, over each way to its twin: what it shows is
 * what stands on its side of the switch, its comparison finds the error of the meter, and what it
 * cannot do it says.
 */

type Standard = Driver<'reference-standard'>;
const WAYS: readonly Way[] = ['simulated', 'pty', 'tcp'];
const COUNTER = { constant: '0.00001 Wh/pulse', 'edges-per-pulse': 2 };
const ZERA: readonly [Standard, object] = [zeraScpi, { 'pulses-from': 'SC1' }];
const COMPARATOR: readonly [Standard, object] = [pulseComparator, COUNTER];
const POWER_METER: readonly [Standard, object] = [scpiPowerMeter, {}];
const WITH_A_LINE = [ZERA, COMPARATOR, POWER_METER];
/** Those that show volts. */
const MEASURING = [ZERA, POWER_METER];
/** Those that have a gate for the meter's pulses. */
const GATED = [ZERA, COMPARATOR];
const CERTIFIED_PPM = 200;

const open: FarEnd<'reference-standard'>[] = [];

async function bench(
  driver: Standard,
  written: object,
  way: Way,
  more: FarEndOptions = {},
): Promise<FarEnd<'reference-standard'>> {
  const options = z.strictObject(driver.options).parse(written);
  const end = await farEnd(driver, options, way, more);
  open.push(end);
  end.physics.setSource({
    on: true,
    milliVolts: 240_000,
    milliAmps: 30_000,
    powerFactorPpm: 500_000,
  });
  return end;
}

function request(change: Partial<ComparisonRequest> = {}): ComparisonRequest {
  const { signal } = new AbortController();
  return { pulses: 25, khWattHours: 1, limitNs: 600e9, signal, ...change };
}

afterEach(async () => {
  for (const end of open.splice(0)) await end.close();
});

describe.each(MEASURING)('$name measures', (driver, options) => {
  test.for(WAYS)('%s: volts, amperes, power factor and hertz', async (way, { skip }) => {
    skip(way === 'pty' && NO_PTY, 'no socat');
    const { instrument, physics } = await bench(driver, options, way);
    physics.setSwitch(true);
    const seen = await instrument.measure();
    expect(Math.abs((seen.milliVolts ?? 0) - 240_000)).toBeLessThan(240 * 0.2);
    expect(seen).toMatchObject({ milliAmps: 30_000, milliHertz: 60_000 });
    expect(Math.abs((seen.powerFactorPpm ?? 0) - 500_000)).toBeLessThan(10);
  });

  test('nothing behind an open switch, and there is no power factor of nothing', async () => {
    const { instrument } = await bench(driver, options, 'simulated');
    const seen = await instrument.measure();
    expect(seen).toMatchObject({ milliVolts: 0, milliAmps: 0, powerFactorPpm: null });
  });

  test('the voltage of the source before an open switch when it senses there', async () => {
    const context = { senses: 'upstream' } as const;
    const { instrument } = await bench(driver, options, 'simulated', { context });
    const { milliVolts, milliAmps } = await instrument.measure();
    expect(instrument.senses).toBe('upstream');
    expect(Math.abs((milliVolts ?? 0) - 240_000)).toBeLessThan(48);
    expect(milliAmps).toBe(0);
  });

  test.each(TWIN_FAULTS)('an instrument that is %s is told', async (fault) => {
    const { instrument, clock, physics } = await bench(driver, options, 'simulated', {
      fault,
      afterWrites: 12,
    });
    physics.setSwitch(true);
    const startedNs = clock.nowNs();
    // Until the fault begins it answers well.
    const told = await Array.from({ length: 13 }).reduce<Promise<unknown>>(
      (before) => before.then(() => instrument.measure().catch(blameOf)),
      Promise.resolve(),
    );
    expect(told).toBe('rig');
    expect(clock.nowNs() - startedNs).toBeLessThan(13 * 4e9);
  });
});

describe.each(GATED)('$name compares', (driver, options) => {
  test.each([-5_000, 0, 3_000])('a meter that is %i ppm off', async (errorPpm) => {
    const rules = { ...METER_RULES, registrationErrorPpm: () => errorPpm };
    const { instrument, physics } = await bench(driver, options, 'simulated', { rules });
    physics.setSwitch(true);
    const found = await instrument.compare(request());
    expect(Math.abs(found.errorPpm - errorPpm)).toBeLessThan(CERTIFIED_PPM);
    expect(found).toMatchObject({ pulses: 25, meterMilliWattHours: 25_000, typed: false });
    const { errorPpm: told, meterMilliWattHours: meter, referenceMilliWattHours: truth } = found;
    expect(Math.abs(told - ((meter - truth) / truth) * 1e6)).toBeLessThan(1.5);
    expect(found.resolutionPpm).toBeLessThan(2);
  });

  test('with a standard that has drifted the meter looks wrong by as much', async () => {
    const rules = { ...METER_RULES, registrationErrorPpm: () => 0 };
    const { instrument, physics } = await bench(driver, options, 'simulated', { rules });
    physics.setSwitch(true);
    const before = await instrument.compare(request());
    physics.driftStandard(2_000);
    const after = await instrument.compare(request());
    expect(Math.abs(after.errorPpm - before.errorPpm + 2_000)).toBeLessThan(10);
  });

  test.for(WAYS)('%s: a gate of few pulses at full load', async (way, { skip }) => {
    skip(way === 'pty' && NO_PTY, 'no socat');
    const rules = { ...METER_RULES, registrationErrorPpm: () => 4_000 };
    const { instrument, physics } = await bench(driver, options, way, { rules });
    physics.setSource({ milliAmps: 100_000, powerFactorPpm: 1e6 });
    physics.setSwitch(true);
    const found = await instrument.compare(request({ pulses: 3, limitNs: 20e9 }));
    expect(Math.abs(found.errorPpm - 4_000)).toBeLessThan(CERTIFIED_PPM);
  });

  test('a meter without pulses is told with how many came', async () => {
    const { instrument, physics } = await bench(driver, options, 'simulated', {
      rules: { ...METER_RULES, pulsesEmitted: () => false },
    });
    physics.setSwitch(true);
    await expect(instrument.compare(request({ limitNs: 30e9 }))).rejects.toMatchObject({
      blame: 'dut',
      message: expect.stringContaining('awaited 25 pulses of the meter for 30 s, got 0'),
    });
  });

  test('a gate that was given up does not spoil the next', async () => {
    const rules = { ...METER_RULES, registrationErrorPpm: () => 1_000 };
    const { instrument, physics } = await bench(driver, options, 'simulated', { rules });
    await expect(instrument.compare(request({ limitNs: 5e9 }))).rejects.toThrow(BenchError);
    physics.setSwitch(true);
    const { errorPpm } = await instrument.compare(request());
    expect(Math.abs(errorPpm - 1_000)).toBeLessThan(CERTIFIED_PPM);
  });

  test('a run that is stopped does not wait for the gate', async () => {
    const { instrument, clock } = await bench(driver, options, 'simulated');
    const stop = new AbortController();
    clock.callAt(clock.nowNs() + 3e9, 0, () => stop.abort(new Error('stopped')));
    await expect(instrument.compare(request({ signal: stop.signal }))).rejects.toThrow('stopped');
    expect(clock.nowNs()).toBeLessThan(5e9);
  });

  test.each(TWIN_FAULTS)('an instrument that is %s is told in bounded time', async (fault) => {
    const more = { fault, afterWrites: 0 };
    const { instrument, physics, clock } = await bench(driver, options, 'simulated', more);
    physics.setSwitch(true);
    expect(await instrument.compare(request()).catch(blameOf)).toBe('rig');
    expect(clock.nowNs()).toBeLessThan(10e9);
  });
});

describe.each(WITH_A_LINE)('$name', (driver, options) => {
  test('says who it is', async () => {
    const { instrument } = await bench(driver, options, 'simulated');
    const identity = await instrument.identify();
    expect(identity).toEqual({
      make: expect.stringMatching(/\w/),
      model: expect.stringMatching(/\w/),
      serial: expect.stringMatching(/\w/),
      firmware: expect.stringMatching(/\w/),
    });
  });

  test('has its uncertainty from the certificate', async () => {
    const { instrument } = await bench(driver, options, 'simulated');
    expect(instrument).toMatchObject({ uncertaintyPpm: CERTIFIED_PPM, coverageFactor: 2 });
  });

  test('a port that is unplugged is told', async ({ skip }) => {
    skip(NO_PTY, 'no socat');
    const { instrument, served } = await bench(driver, options, 'pty');
    await served?.close();
    await expect(instrument.identify()).rejects.toMatchObject({ blame: 'rig' });
  });
});

test('a comparator without the pulses of its standard blames the rig', async () => {
  const far = { ...COUNTER, constant: '1000000 Wh/pulse' };
  const { instrument, physics } = await bench(pulseComparator, far, 'simulated');
  physics.setSwitch(true);
  await expect(instrument.compare(request())).rejects.toMatchObject({
    blame: 'rig',
    message: expect.stringContaining('awaited pulses of the standard'),
  });
});

test('the coarser the pulses of the standard, the coarser the result', async () => {
  const coarse = { ...COUNTER, constant: '0.01 Wh/pulse', 'edges-per-pulse': 1 };
  const rules = { ...METER_RULES, registrationErrorPpm: () => 0 };
  const { instrument, physics } = await bench(pulseComparator, coarse, 'simulated', { rules });
  physics.setSwitch(true);
  const { resolutionPpm, errorPpm } = await instrument.compare(request());
  // 25 Wh in pieces of 0.01 Wh.
  expect(Math.round(resolutionPpm)).toBe(400);
  expect(Math.abs(errorPpm)).toBeLessThan(400 + CERTIFIED_PPM);
});

test('a comparator shows no volts, so that it verifies nothing', async () => {
  const { instrument } = await bench(...COMPARATOR, 'simulated');
  expect(await instrument.measure()).toEqual({
    milliVolts: null,
    milliAmps: null,
    powerFactorPpm: null,
    milliHertz: null,
  });
});

test('a power meter refuses to compare, and says what could', async () => {
  const { instrument } = await bench(...POWER_METER, 'simulated');
  await expect(instrument.compare(request())).rejects.toMatchObject({
    blame: 'scenario',
    message: expect.stringContaining('pulse-comparator'),
  });
});

test('what a ZERA standard hears: a semicolon ends each parameter', async () => {
  const heard = new LinesHeard();
  const { instrument, physics } = await bench(...ZERA, 'simulated', { wrap: heard.wrap });
  physics.setSwitch(true);
  await instrument.compare(request({ pulses: 4 }));
  const said = heard.lines.filter((line) => line !== 'SYSTEM:ERROR:ALL?');
  expect(said.slice(0, 6)).toEqual([
    'CALCULATE:EC01:0001:DUTSOURCE SC1;',
    'CALCULATE:EC01:0001:REFSOURCE P;',
    'CALCULATE:EC01:0001:DCUNIT Wh/I;',
    'CALCULATE:EC01:0001:DUTCONSTANT 1;',
    'CALCULATE:EC01:0001:MRATE 4;',
    'CALCULATE:EC01:0001:START 1;',
  ]);
  expect(said.slice(-2)).toEqual(['CALCULATE:EC01:0001:RESULT?', 'CALCULATE:EC01:0001:ENERGY?']);
});

test('a standard that knows its adjustment tells it', async () => {
  const { instrument } = await bench(...ZERA, 'simulated');
  const check = await instrument.selfCheck?.();
  expect(check).toEqual({ ok: true, detail: expect.stringMatching(/^adjusted, checksum \w+/) });
});

describe('a person who reads the standard', () => {
  test('types volts', async () => {
    const { instrument, operator } = await typed({ 'reference-standard voltage': '0.3' });
    expect((await instrument.measure()).milliVolts).toBe(300);
    expect(operator.asked).toMatchObject([{ wants: { kind: 'number', unit: 'V' } }]);
  });

  test('types the error, which is labelled and as fine as its digits', async () => {
    const { instrument } = await typed({ 'reference-standard error': '-0.25' });
    expect(await instrument.compare(request())).toMatchObject({
      errorPpm: -2_500,
      resolutionPpm: 100,
      typed: true,
      referenceMilliWattHours: 25_062.657,
    });
  });

  test('is told when that was no number', async () => {
    const { instrument } = await typed({ 'reference-standard error': 'fine' });
    await expect(instrument.compare(request())).rejects.toMatchObject({
      blame: 'rig',
      message: expect.stringContaining('awaited a number in %, got "fine"'),
    });
  });
});

async function typed(answers: Readonly<Record<string, string>>) {
  const operator = new AnsweringOperator(answers);
  const { instrument } = await bench(manualStandard, {}, 'simulated', { context: { operator } });
  return { instrument, operator };
}

/** Who is to blame; the error itself when it is none of a bench. */
function blameOf(error: unknown): unknown {
  return error instanceof BenchError ? error.blame : error;
}
