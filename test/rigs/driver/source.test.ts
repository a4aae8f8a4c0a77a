import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BenchError } from '../../../rigs/port/bench.ts';
import { manualSource } from '../../../rigs/source/manual.ts';
import type { Twin } from '../../../rigs/serial/twin.ts';
import { scpiSource } from '../../../rigs/source/scpi-source.ts';
import { TWIN_FAULTS } from '../../../rigs/wrap/faulty-twin.ts';
import { AnsweringOperator } from './answering-operator.ts';
import { type FarEnd, farEnd, type FarEndOptions, NO_PTY, type Way } from './far-end.ts';
import { LinesHeard } from './lines-heard.ts';

/**
 * What every source with a line must fulfil, over each way to its twin: what is set stands at the
 * terminals, the limits stand before anything does, off is off whatever happens on the way, and an
 * instrument that fails is told, never believed.
 */

const WAYS: readonly Way[] = ['simulated', 'pty', 'tcp'];
const VOLTAGE_ONLY = ['chroma-61600', 'keysight-ac6800', 'pacific', 'california-csw'] as const;
const PRESETS = ['generic', ...VOLTAGE_ONLY] as const;

const open: FarEnd<'source'>[] = [];

async function bench(
  written: object,
  way: Way = 'simulated',
  more: FarEndOptions = {},
): Promise<FarEnd<'source'>> {
  const end = await farEnd(scpiSource, parsed(written), way, more);
  open.push(end);
  end.physics.setSwitch(true);
  return end;
}

function parsed(written: object): z.output<z.ZodObject<typeof scpiSource.options>> {
  return z.strictObject(scpiSource.options).parse(written);
}

afterEach(async () => {
  for (const end of open.splice(0)) await end.close();
});

describe.each(PRESETS)('preset %s', (preset) => {
  test.for(WAYS)('%s: volts come when the output goes on, and go', async (way, { skip }) => {
    skip(way === 'pty' && NO_PTY, 'no socat');
    const { instrument, physics } = await bench({ preset, frequency: '50 Hz' }, way);
    await instrument.setVoltage(240_000);
    expect(physics.terminals.milliVolts).toBe(0);
    await instrument.setOutput(true);
    expect(physics.terminals).toMatchObject({ milliVolts: 240_000, milliHertz: 50_000 });
    expect(await instrument.outputIsOn()).toBe(true);
    await instrument.setOutput(false);
    expect(physics.terminals.milliVolts).toBe(0);
    expect(await instrument.outputIsOn()).toBe(false);
  });

  test('the voltage is there again after the output was off', async () => {
    const { instrument, physics } = await bench({ preset });
    await instrument.setVoltage(120_000);
    await instrument.setOutput(true);
    await instrument.setOutput(false);
    await instrument.setOutput(true);
    expect(physics.terminals.milliVolts).toBe(120_000);
  });

  test('no current is no error, so that the safe state can always be reached', async () => {
    const { instrument } = await bench({ preset });
    await expect(instrument.setCurrent(0, 1e6)).resolves.toBeUndefined();
  });

  test('more than the rig and its meter bear is refused', async () => {
    const { instrument, physics } = await bench({ preset });
    await instrument.setVoltage(240_000);
    await instrument.setOutput(true);
    await expect(instrument.setVoltage(300_000)).rejects.toMatchObject({
      blame: 'scenario',
      message: expect.stringContaining('asked for 300 V, limit 264 V'),
    });
    expect(physics.terminals.milliVolts).toBe(240_000);
  });

  test.each(TWIN_FAULTS)('a source that is %s is told in bounded time', async (fault) => {
    const { instrument, clock } = await bench({ preset }, 'simulated', { fault, afterWrites: 12 });
    await instrument.setVoltage(240_000);
    // Until the fault begins it answers well.
    let told: unknown = null;
    const startedNs = clock.nowNs();
    for (let attempt = 0; attempt < 5; attempt++) {
      told = await instrument.setOutput(attempt % 2 === 0).catch(blameOf);
    }
    expect(told).toBe('rig');
    expect(await instrument.outputIsOn().catch(blameOf)).toBe('rig');
    expect(clock.nowNs() - startedNs).toBeLessThan(45e9);
  });

  test('another make than the rig file names is not touched', async () => {
    const heard = new LinesHeard();
    const instrument = { ...NAMED, model: '61604' };
    const context = { instrument: { ...NAMED, model: 'AC6801B' } };
    const more = { instrument, context, wrap: heard.wrap };
    await expect(bench({ preset }, 'simulated', more)).rejects.toMatchObject({
      blame: 'rig',
      message: expect.stringContaining('awaited a AC6801B as the rig file says, got 61604'),
    });
    expect(heard.lines).toEqual(['*CLS', 'SYST:ERR?', '*IDN?']);
  });
});

describe.each(VOLTAGE_ONLY)('preset %s', (preset) => {
  test('drives no current, and says so', async () => {
    const { instrument } = await bench({ preset });
    await expect(instrument.setCurrent(5_000, 1e6)).rejects.toMatchObject({
      blame: 'scenario',
      message: expect.stringContaining(`preset ${preset} has no command for a current`),
    });
  });

  test('its own meter must agree with what it says of its output', async () => {
    const { instrument, physics } = await bench({ preset });
    await instrument.setVoltage(240_000);
    await instrument.setOutput(true);
    physics.setSource({ on: false });
    await expect(instrument.outputIsOn()).rejects.toMatchObject({
      blame: 'rig',
      message: expect.stringContaining('its output is said to be on at 240 V, its own meter shows'),
    });
    await instrument.setOutput(false);
    physics.setSource({ on: true, milliVolts: 240_000 });
    await expect(instrument.outputIsOn()).rejects.toMatchObject({ blame: 'rig' });
  });
});

/** What each family hears until its output is on at 240 V, error queries left out. */
const SAID = {
  generic: ['VOLT 240.000', 'VOLT:LIM 264.000', 'CURR:LIM 100.000', 'FREQ 60.000', 'OUTP ON'],
  'chroma-61600': [
    ':SOUR:VOLT:AC 240.000',
    'SYST:REM',
    ':SOUR:VOLT:LIM:AC 264.000',
    ':SOUR:CURR:LIM 100.000',
    ':SOUR:FREQ 60.000',
    ':OUTP ON',
    ':FETC:VOLT:ACDC?',
  ],
  'keysight-ac6800': ['VOLT 240.000', 'CURR 100.000', 'FREQ 60.000', 'OUTP ON', 'MEAS:VOLT:AC?'],
  pacific: ['SOUR:VOLT 240.000', 'SOUR:FREQ 60.000', 'OUTP:STAT 1', 'MEAS:VOLT:AC1?'],
  'california-csw': [
    'VOLT 240.000',
    'VOLT:RANG 312',
    'CURR 100.000',
    'FREQ 60.000',
    'OUTP 1',
    'MEAS:VOLT?',
  ],
} as const;

test.each(PRESETS)('preset %s: limits come before the output', async (preset) => {
  const heard = new LinesHeard();
  const written = { preset, frequency: '60 Hz' };
  const { instrument } = await bench(written, 'simulated', { wrap: heard.wrap });
  await instrument.setVoltage(240_000);
  await instrument.setOutput(true);
  const said = heard.lines.filter((line) => line !== 'SYST:ERR?');
  expect(said.slice(0, 2)).toEqual(['*CLS', '*IDN?']);
  expect(said.slice(2)).toEqual(SAID[preset]);
});

test('a current with its power factor stands at the terminals, and the way down starts with it', async () => {
  const heard = new LinesHeard();
  const { instrument, physics } = await bench({}, 'simulated', { wrap: heard.wrap });
  await instrument.setVoltage(240_000);
  await instrument.setOutput(true);
  await instrument.setCurrent(30_000, 500_000);
  expect(physics.terminals).toMatchObject({ milliAmps: 30_000, milliWatts: 3_600_000 });
  const before = heard.lines.length;
  await instrument.setOutput(false);
  const said = heard.lines.slice(before).filter((line) => line !== 'SYST:ERR?');
  expect(said).toEqual([
    'CURR 0.000',
    'VOLT 180.000',
    'VOLT 120.000',
    'VOLT 60.000',
    'VOLT 0.000',
    'OUTP OFF',
  ]);
});

test('what the source itself refuses is told in its own words', async () => {
  const twins: Twin[] = [];
  const wrap = (twin: Twin): Twin => {
    twins.push(twin);
    return twin;
  };
  const { instrument, clock } = await bench({}, 'simulated', { wrap });
  // Somebody has turned the limit down at the panel.
  twins[0]?.receive(Buffer.from('VOLT:LIM 100\n'), clock.nowNs());
  await expect(instrument.setVoltage(240_000)).rejects.toMatchObject({
    blame: 'rig',
    message: expect.stringContaining('"VOLT 240.000" was answered by -222'),
  });
});

test('a ramp that the source refuses does not keep the output on', async () => {
  const { instrument, physics } = await bench({}, 'simulated', {
    fault: 'garbage',
    afterWrites: 15,
  });
  await instrument.setVoltage(240_000);
  await instrument.setOutput(true);
  expect(await instrument.setOutput(false).catch(blameOf)).toBe('rig');
  expect(physics.terminals.milliVolts).toBe(0);
});

test('what the rig file promises of the way to off holds', async () => {
  const { instrument, physics, clock } = await bench({}, 'simulated', {
    fault: 'dead',
    afterWrites: 15,
  });
  await instrument.setVoltage(240_000);
  await instrument.setOutput(true);
  const startedNs = clock.nowNs();
  let offAtNs: number | null = null;
  const watch = (): void => {
    if (physics.terminals.milliVolts === 0) offAtNs ??= clock.nowNs();
    else clock.callAt(clock.nowNs() + 10e6, 0, watch);
  };
  watch();
  await instrument.setOutput(false).catch(blameOf);
  const { offWithinNs } = scpiSource.safety?.({}) ?? {};
  expect(offAtNs).not.toBeNull();
  expect((offAtNs ?? 0) - startedNs).toBeLessThan(offWithinNs ?? 0);
});

describe('a watchdog', () => {
  const WATCHED = { preset: 'keysight-ac6800', watchdog: '3 s' };

  test('is a dead-man: the output goes off when nobody talks', async () => {
    const { instrument, physics, clock } = await bench(WATCHED);
    expect(scpiSource.safety?.(parsed(WATCHED)).deadMan).toBe('watchdog');
    await instrument.setVoltage(240_000);
    await instrument.setOutput(true);
    await clock.sleepUntil(clock.nowNs() + 2.9e9);
    expect(physics.terminals.milliVolts).toBe(240_000);
    await clock.sleepUntil(clock.nowNs() + 0.2e9);
    expect(physics.terminals.milliVolts).toBe(0);
  });

  test('is fed, also while other things are asked', async () => {
    const { instrument, physics, clock } = await bench(WATCHED);
    await instrument.setVoltage(240_000);
    await instrument.setOutput(true);
    for (let fed = 0; fed < 5; fed++) {
      await clock.sleepUntil(clock.nowNs() + 2e9);
      await Promise.all([instrument.keepAlive?.(), instrument.identify(), instrument.outputIsOn()]);
    }
    expect(physics.terminals.milliVolts).toBe(240_000);
  });

  test('that has bitten is told, although the setting still says on', async () => {
    const { instrument, clock } = await bench(WATCHED);
    await instrument.setVoltage(240_000);
    await instrument.setOutput(true);
    await clock.sleepUntil(clock.nowNs() + 4e9);
    await expect(instrument.outputIsOn()).rejects.toMatchObject({ blame: 'rig' });
  });

  test('is refused where the preset has none, and nothing is fed without one', async () => {
    await expect(bench({ preset: 'pacific', watchdog: '3 s' })).rejects.toMatchObject({
      blame: 'rig',
      message: expect.stringContaining('preset pacific has none'),
    });
    expect((await bench({})).instrument).toMatchObject({ keepAlive: undefined });
    expect(scpiSource.safety?.({}).deadMan).toBe('none');
  });
});

test('a port that is unplugged is told', async ({ skip }) => {
  skip(NO_PTY, 'no socat');
  const { instrument, served } = await bench({}, 'pty');
  await instrument.setVoltage(240_000);
  await served?.close();
  await expect(instrument.outputIsOn()).rejects.toMatchObject({ blame: 'rig' });
});

describe('a person who sets the source', () => {
  test('is asked for each setting', async () => {
    const operator = new AnsweringOperator({
      'source voltage': 'done',
      'source current': 'done',
      'source output': 'done',
      'source output state': 'on',
    });
    const end = await farEnd(manualSource, {}, 'simulated', { context: { operator } });
    open.push(end);
    await end.instrument.setVoltage(240_000);
    await end.instrument.setCurrent(30_000, 500_000);
    await end.instrument.setOutput(true);
    expect(await end.instrument.outputIsOn()).toBe(true);
    expect(operator.asked.map(({ text }) => text)).toEqual([
      'Set the source to 240 V.',
      'Set the source to 30 A at power factor 0.5.',
      'Switch the output of the source on.',
      'Is the output of the source on?',
    ]);
    await expect(end.instrument.setVoltage(300_000)).rejects.toThrow(BenchError);
  });

  test('is nobody to rely on: no dead-man, no time', () => {
    expect(manualSource.safety?.({})).toEqual({
      deadMan: 'none',
      offWithinNs: null,
      energisesOnOpen: false,
    });
  });
});

const NAMED = {
  make: 'somebody',
  serial: '1',
  certificate: null,
  calibrated: null,
  due: null,
  uncertainty: null,
};

/** Who is to blame; the error itself when it is none of a bench. */
function blameOf(error: unknown): unknown {
  return error instanceof BenchError ? error.blame : error;
}
