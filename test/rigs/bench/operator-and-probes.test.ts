import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadRig } from '../../../harness/main/rig-files.ts';
import { abilitiesOf, isSimulated } from '../../../rigs/bench/abilities.ts';
import type { Driver, Role } from '../../../rigs/driver/driver.ts';
import { ourDriver } from '../../../rigs/driver/registry.ts';
import type { SimulatedBenchOptions } from '../../../rigs/bench/simulated.ts';
import { AnswersFile } from '../../../rigs/operator/answers.ts';
import { c1218 } from '../../../rigs/optical/optical-port.ts';
import type { Observation } from '../../../rigs/port/observation.ts';
import { loaded } from '../../harness/plan/abilities.ts';
import { ableBench } from '../../harness/plan/abilities.ts';
import { benchForTests } from './bench-for-tests.ts';

/** Verbs about what people, probes, stimuli and consoles show, on a simulated bench that has them all. */

const SHIPPED = readFileSync('rigs/simulated.rig.yaml', 'utf8').replace(
  /    probes:\n      storage:\n(?: {8}.*\n)+/,
  '',
);
const FITTED = `
    console: { driver: console-serial, port: simulated, prompt: 'meter#' }
    probes:
      storage: { driver: scpi-voltmeter, port: simulated }
      flag: { driver: indicator, port: simulated, shows: magnet }
      display: { driver: manual, asks: What does the display show? }
      warmth: { driver: manual, asks: How warm is the cover?, unit: °C }
    stimuli:
      magnet: { driver: actuator, port: simulated, states: [away, near], acts-on: magnet }
      tilt: { driver: manual, states: [upright, tilted] }
probes:
  temperature: { driver: climate, port: simulated, shows: temperature }
mains:`;
const RIG = loaded(loadRig('fitted.rig.yaml', SHIPPED.replace('\nmains:', FITTED)));
const POSITION = RIG.positions[0];

async function bench(answers: Readonly<Record<string, string>> = {}, more: object = {}) {
  if (POSITION === undefined) throw new Error('the rig has no position');
  const file = new AnswersFile(
    'test.answers.yaml',
    Object.entries(answers).map(([prompt, answer]) => ({ prompt, answer, by: 'Ann' })),
  );
  return benchForTests({
    rig: RIG,
    position: POSITION,
    operators: (twin) => [file, twin],
    ...more,
  } satisfies Partial<SimulatedBenchOptions>);
}

/** What was seen, without time and place. */
function bodies(observed: readonly Observation[], ...kinds: readonly Observation['kind'][]) {
  return observed
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ at: _at, position: _position, meter: _meter, ...body }) => body);
}

test('the rig tells its probes, stimuli, console and operator, and is simulated though people act', () => {
  if (POSITION === undefined) throw new Error('the rig has no position');
  const { profile } = ableBench();
  const { roles, performs } = abilitiesOf(RIG, POSITION, profile, null, true);
  expect(roles).toEqual(
    expect.arrayContaining([
      'console',
      'probe storage',
      'probe temperature',
      'stimulus tilt',
      'operator',
    ]),
  );
  expect(performs).toEqual(expect.arrayContaining(['read-probe', 'run-console', 'ask-operator']));
  expect(isSimulated(RIG, POSITION)).toBe(true);
  const alone = abilitiesOf(RIG, POSITION, profile, null);
  expect(alone.roles).not.toContain('operator');
  expect(alone.performs).not.toContain('identify-meter');
});

describe('read-probe', () => {
  const READ = { do: 'read-probe', as: 'seen', expects: null } as const;

  test('of a number leaves a reading in its unit, of the position or of the room', async () => {
    const { perform, observed } = await bench();
    await perform({ ...READ, probe: 'storage', unit: 'mV' });
    await perform({ ...READ, probe: 'temperature', unit: 'mdegC' });
    expect(bodies(observed, 'reading')).toMatchObject([
      { instrument: 'probe storage', name: 'seen', value: 2500, unit: 'mV' },
      {
        instrument: 'probe temperature',
        value: 23_000,
        unit: 'mdegC',
        budget: [{ source: 'not declared', standardUncertainty: 0 }],
      },
    ]);
  });

  test('of a text keeps it, and says whether it is what was expected', async () => {
    const { perform, observed } = await bench({ 'probe display': '88888' });
    await perform({ ...READ, probe: 'flag', unit: null, expects: '^near$' });
    await perform({ ...READ, probe: 'display', unit: null });
    expect(bodies(observed, 'text', 'answer', 'prompt')).toEqual([
      { kind: 'text', instrument: 'probe flag', name: 'seen', text: 'rest' },
      {
        kind: 'answer',
        instrument: 'probe flag',
        accepted: false,
        detail: 'seen is "rest", awaited /^near$/',
      },
      {
        kind: 'prompt',
        instrument: 'operator',
        id: 'probe display',
        text: 'What does the display show?',
        answer: '88888',
        by: 'Ann',
      },
      { kind: 'text', instrument: 'probe display', name: 'seen', text: '88888' },
    ]);
  });

  test('in another unit than the probe has is a mistake of the scenario', async () => {
    const { perform } = await bench({ 'probe warmth': '21' });
    await expect(perform({ ...READ, probe: 'warmth', unit: 'mV' })).rejects.toMatchObject({
      blame: 'scenario',
      message: 'probe warmth: the step wants a number in mV, it shows 21 °C',
    });
  });
});

describe('set-stimulus', () => {
  test('registers the way back to rest before it acts, and a probe shows both', async () => {
    const { perform, undos, observed } = await bench();
    const show = {
      do: 'read-probe',
      probe: 'flag',
      as: 'flag',
      unit: null,
      expects: null,
    } as const;
    await perform({ do: 'set-stimulus', stimulus: 'magnet', state: 'near' });
    await perform(show);
    expect(undos.map(({ name }) => name)).toEqual(['stimulus magnet at rest']);
    expect(await undos[0]?.run()).toBe('stimulus magnet is away');
    await perform(show);
    expect(bodies(observed, 'text')).toMatchObject([{ text: 'near' }, { text: 'away' }]);
  });

  test('that fails has its undo registered all the same', async () => {
    const { perform, undos } = await bench();
    const acted = perform({ do: 'set-stimulus', stimulus: 'magnet', state: 'inside' });
    await expect(acted).rejects.toMatchObject({ blame: 'scenario' });
    expect(undos).toHaveLength(1);
  });

  test('by hand asks the operator, in both directions', async () => {
    const { perform, undos, observed } = await bench();
    await perform({ do: 'set-stimulus', stimulus: 'tilt', state: 'tilted' });
    await undos[0]?.run();
    expect(bodies(observed, 'prompt')).toMatchObject([
      { id: 'stimulus tilt tilted', answer: 'done', by: 'twin' },
      { id: 'stimulus tilt upright', answer: 'done', by: 'twin' },
    ]);
  });
});

describe('ask-operator', () => {
  const ASK = {
    do: 'ask-operator',
    as: 'lamp',
    text: 'Is the lamp lit?',
    unit: null,
    expects: '^lit$',
    withinNs: 60e9,
  } as const;

  test('keeps a choice, and says whether it is what was expected', async () => {
    const { perform, observed } = await bench({ 'ask-operator *': 'lit' });
    await perform({ ...ASK, wants: { kind: 'choice', among: ['lit', 'dark'] } });
    expect(bodies(observed, 'text', 'answer')).toMatchObject([
      { instrument: 'operator', name: 'lamp', text: 'lit' },
      { accepted: true },
    ]);
  });

  test('takes a number as a measurement', async () => {
    const { perform, observed } = await bench({ 'ask-operator lamp': '2,5' });
    await perform({ ...ASK, wants: { kind: 'number', unit: 'V' }, unit: 'mV' });
    expect(bodies(observed, 'reading')).toMatchObject([{ name: 'lamp', value: 2500, unit: 'mV' }]);
  });

  test('without anybody who can answer names the prompt, and what the file has', async () => {
    const { perform } = await bench({ 'identity *': 'x' });
    await expect(perform({ ...ASK, wants: { kind: 'text' } })).rejects.toMatchObject({
      blame: 'rig',
      message: expect.stringMatching(
        /"ask-operator lamp" \(Is the lamp lit\?\).*test\.answers\.yaml answers "identity \*"/,
      ),
    });
  });
});

test('run-console keeps what was printed, and says whether it is what was expected', async () => {
  const { perform, observed } = await bench();
  await perform({ do: 'close-mains' });
  const run = { do: 'run-console', as: 'mains', withinNs: 5e9 } as const;
  await perform({ ...run, command: 'mains', expects: '^240\\.0 V$' });
  expect(bodies(observed, 'text', 'answer')).toMatchObject([
    { instrument: 'console', name: 'mains', text: '240.0 V' },
    { instrument: 'console', accepted: true },
  ]);
});

describe('identify-meter', () => {
  const IDENTIFY = { do: 'identify-meter' } as const;

  test.each(['CENTRON-60012345', '60012345'])('takes the label %s', async (label) => {
    const { perform, observed } = await bench({ 'identity A1': label });
    await perform(IDENTIFY);
    expect(bodies(observed, 'answer')).toMatchObject([
      { accepted: true, detail: `the label reads "${label}", the rig file says 60012345` },
    ]);
  });

  test.each(['CENTRON-60012346', '6001234', '060012345', 'centron-60012345'])(
    'refuses the label %s before anything is energised, and blames no meter',
    async (label) => {
      const { perform, observed } = await bench({ 'identity A1': label });
      await expect(perform(IDENTIFY)).rejects.toMatchObject({
        blame: 'rig',
        message: expect.stringContaining(`the label reads "${label}"`),
      });
      expect(bodies(observed, 'answer')).toEqual([]);
    },
  );

  test('with mains on asks the meter itself, and reads the label no second time', async () => {
    const { perform, observed } = await bench({ 'identity A1': '60012345' });
    await perform(IDENTIFY);
    await perform({ do: 'close-mains' });
    await perform(IDENTIFY);
    expect(bodies(observed, 'prompt')).toHaveLength(1);
    expect(bodies(observed, 'answer').at(-1)).toMatchObject({
      accepted: true,
      detail: expect.stringMatching(/the meter says "60012345" \(ST5\)$/),
    });
  });

  test('a meter that says another serial number is evidence, and ends the case', async () => {
    const { perform, observed } = await bench({ 'identity A1': '60012345' }, { driverOf });
    await perform({ do: 'close-mains' });
    await expect(perform(IDENTIFY)).rejects.toMatchObject({ blame: 'rig' });
    expect(bodies(observed, 'answer')).toMatchObject([
      { accepted: false, detail: expect.stringMatching(/the meter says "60099999" \(ST5\)$/) },
    ]);
  });
});

/** Ours, but the meter behind the optical port is another one. */
function driverOf<R extends Role>(role: R, binding: { readonly driver: string }): Driver<R> {
  const driver = ourDriver(role, binding);
  if (driver.name !== c1218.name) return driver;
  return {
    ...driver,
    twin: (options, { meter, ...context }) => {
      const twin = driver.twin?.(options, { ...context, meter: { ...meter, serial: '60099999' } });
      if (twin === undefined) throw new Error('the optical port has a twin');
      return twin;
    },
  };
}
