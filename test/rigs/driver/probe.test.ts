import { afterEach, describe, expect, test } from 'vitest';
import type { Driver } from '../../../rigs/driver/driver.ts';
import { BenchError } from '../../../rigs/port/bench.ts';
import type { Prompt } from '../../../rigs/port/operator.ts';
import type { ProbeReading } from '../../../rigs/port/probe.ts';
import { climate } from '../../../rigs/probe/climate.ts';
import { indicator } from '../../../rigs/probe/indicator.ts';
import { manualProbe } from '../../../rigs/probe/manual.ts';
import { scpiVoltmeter } from '../../../rigs/probe/scpi-voltmeter.ts';
import { TWIN_FAULTS } from '../../../rigs/wrap/faulty-twin.ts';
import { type FarEnd, farEnd, type FarEndOptions, NO_PTY, type Way } from './far-end.ts';

/** What every probe must fulfil: what it shows is what stands there, and what fails is never believed. */

const WAYS: readonly Way[] = ['simulated', 'pty', 'tcp'];
const number = (value: number, unit: 'mdegC' | 'ppm' | 'mV'): ProbeReading => ({
  kind: 'number',
  value,
  unit,
  expandedUncertainty: null,
});
/** A storage that never was charged stands at its lowest useful voltage. */
const PROBES: readonly (readonly [Driver<'probe'>, object, ProbeReading])[] = [
  [scpiVoltmeter, { query: 'MEAS:VOLT:DC?' }, number(2500, 'mV')],
  [climate, { shows: 'temperature' }, number(23_000, 'mdegC')],
  [climate, { shows: 'humidity' }, number(450_000, 'ppm')],
  [climate, { shows: 'humidity', query: 'H?' }, number(450_000, 'ppm')],
  [indicator, { query: 'SHOW?', shows: 'magnet' }, { kind: 'text', value: 'rest' }],
];

const certified = (unit: 'mV' | 'ppm') => ({
  make: 'a',
  model: 'b',
  serial: 'c',
  certificate: null,
  calibrated: null,
  due: null,
  uncertainty: { expanded: 3, unit, coverageFactor: 3 },
});

const open: FarEnd<'probe'>[] = [];

async function probe(
  driver: Driver<'probe'>,
  options: object,
  way: Way,
  more: FarEndOptions = {},
): Promise<FarEnd<'probe'>> {
  const end = await farEnd(driver, options, way, { instrument: null, ...more });
  open.push(end);
  return end;
}

afterEach(async () => {
  for (const end of open.splice(0)) await end.close();
});

describe.each(PROBES)('$0.name $1', (driver, options, shown) => {
  test.for(WAYS)('%s: shows what stands there, and says who it is', async (way, { skip }) => {
    skip(way === 'pty' && NO_PTY, 'no socat');
    const { instrument } = await probe(driver, options, way);
    expect(await instrument.read()).toEqual(shown);
    expect(await instrument.identify()).toMatchObject({ make: 'meterbench' });
  });

  test.each(TWIN_FAULTS)('one that is %s is blamed on the rig', async (fault) => {
    const { instrument } = await probe(driver, options, 'simulated', { fault });
    await expect(instrument.read()).rejects.toMatchObject({ blame: 'rig' });
  });

  test('one that is unplugged is blamed on the rig', async ({ skip }) => {
    skip(NO_PTY, 'no socat');
    const { instrument, served } = await probe(driver, options, 'pty');
    await served?.close();
    await expect(instrument.read()).rejects.toMatchObject({ blame: 'rig' });
  });
});

describe('scpi-voltmeter', () => {
  test('follows the storage of the module as mains come and go', async () => {
    const { instrument, physics, clock } = await probe(
      scpiVoltmeter,
      { query: 'MEAS:VOLT:DC? 10' },
      'simulated',
    );
    const volts = async () => {
      const reading = await instrument.read();
      return reading.kind === 'number' ? reading.value : null;
    };
    const { fullVolts, rechargeNs } = physics.meters.profile.outage;
    physics.setSource({ on: true, milliVolts: 240_000 });
    physics.setSwitch(true);
    await clock.sleepUntil(clock.nowNs() + 2 * rechargeNs);
    expect(await volts()).toBe(fullVolts * 1e3);
    physics.setSwitch(false);
    await clock.sleepUntil(clock.nowNs() + 20e9);
    const drained = (await volts()) ?? 0;
    expect(drained).toBeLessThan(fullVolts * 1e3);
    expect(drained).toBeGreaterThan(2500);
  });

  test('tells the uncertainty of its certificate at k = 2, and refuses one in another unit', async () => {
    const options = { query: 'MEAS:VOLT:DC?' };
    const { instrument } = await probe(scpiVoltmeter, options, 'simulated', {
      instrument: certified('mV'),
    });
    expect(await instrument.read()).toMatchObject({ expandedUncertainty: 2 });
    const wrong = probe(scpiVoltmeter, options, 'simulated', { instrument: certified('ppm') });
    await expect(wrong).rejects.toThrow(BenchError);
  });
});

test('an indicator shows what a stimulus did', async () => {
  const { instrument, physics } = await probe(
    indicator,
    { query: 'SHOW?', shows: 'magnet' },
    'tcp',
  );
  physics.setStimulus('magnet', 'near');
  expect(await instrument.read()).toEqual({ kind: 'text', value: 'near' });
});

async function asked(options: object, answer: string) {
  const prompts: Prompt[] = [];
  const instrument = await manualProbe.open(options, {
    ...NOTHING_ELSE,
    name: 'probe display',
    operator: {
      ask: (prompt) => {
        prompts.push(prompt);
        return Promise.resolve({ value: answer, by: 'test' });
      },
    },
  });
  return { reading: await instrument.read(), prompts };
}

describe('manual', () => {
  test('asks for a number in its unit', async () => {
    const { reading, prompts } = await asked({ asks: 'How warm is it?', unit: '°C' }, '-3.25');
    expect(reading).toEqual(number(-3250, 'mdegC'));
    expect(prompts).toEqual([
      { id: 'probe display', text: 'How warm is it?', wants: { kind: 'number', unit: '°C' } },
    ]);
  });

  test('asks for a text, or for one of the words it may show', async () => {
    const { reading } = await asked({ asks: 'What does it show?' }, '88888');
    expect(reading).toEqual({ kind: 'text', value: '88888' });
    const { prompts } = await asked({ asks: 'Is it lit?', among: ['lit', 'dark'] }, 'lit');
    expect(prompts[0]?.wants).toEqual({ kind: 'choice', among: ['lit', 'dark'] });
  });
});

/** A manual driver takes nothing else from its context. */
const NOTHING_ELSE = {
  clock: {
    startUtcMs: 0,
    nowNs: () => 0,
    onFailure: () => undefined,
    sleepUntil: () => Promise.resolve(),
  },
  openLine: () => Promise.reject(new Error('no line')),
  port: null,
  limits: { milliVolts: 0, milliAmps: 0 },
  instrument: null,
  readback: 'none',
  senses: 'upstream',
  secret: () => new Uint8Array(),
} as const;
