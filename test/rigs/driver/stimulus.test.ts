import { afterEach, describe, expect, test } from 'vitest';
import { TWIN_FAULTS } from '../../../rigs/wrap/faulty-twin.ts';
import type { Prompt } from '../../../rigs/port/operator.ts';
import { actuator } from '../../../rigs/stimulus/actuator.ts';
import { manualStimulus } from '../../../rigs/stimulus/manual.ts';
import { type FarEnd, farEnd, type FarEndOptions, NO_PTY, type Way } from './far-end.ts';

/** What every stimulus must fulfil: the state stands when `set` has resolved, else it is told. */

const WAYS: readonly Way[] = ['simulated', 'pty', 'tcp'];
const MAGNET = { states: ['away', 'near'], 'acts-on': 'magnet' };
const open: FarEnd<'stimulus'>[] = [];

async function magnet(way: Way, more: FarEndOptions = {}): Promise<FarEnd<'stimulus'>> {
  const end = await farEnd(actuator, MAGNET, way, more);
  open.push(end);
  return end;
}

afterEach(async () => {
  for (const end of open.splice(0)) await end.close();
});

describe('actuator', () => {
  test.for(WAYS)('%s: puts the physics into the state and back to rest', async (way, { skip }) => {
    skip(way === 'pty' && NO_PTY, 'no socat');
    const { instrument, physics } = await magnet(way);
    expect(instrument.states).toEqual(['away', 'near']);
    await instrument.set('near');
    expect(physics.stimulus('magnet')).toBe('near');
    await instrument.set('away');
    expect(physics.stimulus('magnet')).toBe('away');
    expect(await instrument.identify()).toMatchObject({ make: 'meterbench' });
  });

  test.each(TWIN_FAULTS)('a board that is %s is blamed on the rig', async (fault) => {
    const { instrument } = await magnet('simulated', { fault });
    await expect(instrument.set('near')).rejects.toMatchObject({ blame: 'rig' });
  });

  test('a board that stays where it is is not believed', async () => {
    const { instrument, physics } = await magnet('simulated');
    physics.setStimulus = () => undefined;
    await expect(instrument.set('near')).rejects.toThrow('commanded near, but it stands at "away"');
  });

  test('a state that it has not is a mistake of the scenario, told before anything moves', async () => {
    const { instrument, physics } = await magnet('simulated');
    await expect(instrument.set('inside')).rejects.toMatchObject({ blame: 'scenario' });
    expect(physics.stimulus('magnet')).toBeNull();
  });
});

test('manual: the operator is asked to put it into the state, under an id of its own', async () => {
  const prompts: Prompt[] = [];
  const end = await farEnd(actuator, MAGNET, 'simulated');
  open.push(end);
  const instrument = await manualStimulus.open(
    { states: ['upright', 'tilted'], asks: 'by a quarter turn' },
    {
      name: 'stimulus tilt',
      clock: end.clock,
      operator: {
        ask: (prompt) => {
          prompts.push(prompt);
          return Promise.resolve({ value: 'done', by: 'test' });
        },
      },
      openLine: () => Promise.reject(new Error('no line')),
      port: null,
      limits: { milliVolts: 0, milliAmps: 0 },
      instrument: null,
      readback: 'none',
      senses: 'upstream',
      secret: () => new Uint8Array(),
    },
  );
  await instrument.set('tilted');
  expect(prompts).toEqual([
    {
      id: 'stimulus tilt tilted',
      text: 'Put the stimulus tilt into the state "tilted" (by a quarter turn).',
      wants: { kind: 'done' },
    },
  ]);
  await expect(instrument.set('lying')).rejects.toMatchObject({ blame: 'scenario' });
});
