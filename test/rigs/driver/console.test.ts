import { afterEach, describe, expect, test } from 'vitest';
import { consoleSerial } from '../../../rigs/console/console-serial.ts';
import { CONSOLE_TWIN } from '../../../rigs/console/console-twin.ts';
import { secretsFrom } from '../../../rigs/driver/secrets.ts';
import { TWIN_FAULTS } from '../../../rigs/wrap/faulty-twin.ts';
import { type FarEnd, farEnd, type FarEndOptions, NO_PTY, type Way } from './far-end.ts';

/** What a console on a line must fulfil: a command's own text comes back, and no secret ever does. */

const WAYS: readonly Way[] = ['simulated', 'pty', 'tcp'];
const VARIABLE = 'METER_CONSOLE_PASSWORD';
const PLAIN = { prompt: 'meter#', newline: 'cr', baud: 115_200 };
const LOGIN = {
  ...PLAIN,
  login: [
    { awaits: 'login:', send: CONSOLE_TWIN.user },
    { awaits: 'Password:', 'send-from': VARIABLE },
  ],
};
const SECOND = 1e9;
const open: FarEnd<'console'>[] = [];

async function consoleAt(
  options: object,
  way: Way,
  more: FarEndOptions = {},
  password: string = CONSOLE_TWIN.password,
): Promise<FarEnd<'console'>> {
  const secret = secretsFrom(new Uint8Array(20), { [VARIABLE]: password });
  const end = await farEnd(consoleSerial, options, way, { ...more, context: { secret } });
  open.push(end);
  end.physics.setSource({ on: true, milliVolts: 240_000 });
  end.physics.setSwitch(true);
  return end;
}

afterEach(async () => {
  for (const end of open.splice(0)) await end.close();
});

describe.each([
  ['without a login', PLAIN],
  ['with a login', LOGIN],
])('%s', (_name, options) => {
  test.for(WAYS)(
    '%s: gives what a command prints, without echo and prompt',
    async (way, { skip }) => {
      skip(way === 'pty' && NO_PTY, 'no socat');
      const { instrument, physics } = await consoleAt(options, way);
      expect(await instrument.send('mains', 5 * SECOND)).toBe('240.0 V');
      physics.setStimulus('magnet', 'near');
      expect(await instrument.send('stimulus magnet', 5 * SECOND)).toBe('near');
      expect(await instrument.send('echo', 5 * SECOND)).toBe('');
    },
  );

  test.each(['dead', 'garbage', 'slow'] as const)(
    'a device that is %s is told with prompt, limit and what came',
    async (fault) => {
      const { instrument } = await consoleAt(options, 'simulated', { fault });
      await expect(instrument.send('mains', 2 * SECOND)).rejects.toMatchObject({
        blame: 'dut',
        message: expect.stringMatching(/awaited the prompt .*meter#.* for 2 s, got /),
      });
    },
  );

  test('a device that was dark meanwhile is logged on to again', async () => {
    const { instrument, physics } = await consoleAt(options, 'simulated');
    expect(await instrument.send('serial', SECOND)).toBe('60012345');
    physics.setSwitch(false);
    await expect(instrument.send('serial', SECOND)).rejects.toMatchObject({ blame: 'dut' });
    physics.setSwitch(true);
    expect(await instrument.send('serial', 5 * SECOND)).toBe('60012345');
  });
});

test('a late answer is not taken for that of the next command', async () => {
  const { instrument, clock } = await consoleAt(PLAIN, 'simulated');
  await expect(instrument.send('serial', 25e6)).rejects.toMatchObject({ blame: 'dut' });
  expect(await instrument.send('mains', 5 * SECOND)).toBe('240.0 V');
  expect(clock.nowNs()).toBeLessThan(2 * SECOND);
});

test('a wrong password is blamed on the rig, and shown nowhere', async () => {
  const { instrument } = await consoleAt(LOGIN, 'simulated', {}, 'hunter2');
  const error = await instrument.send('mains', 5 * SECOND).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ blame: 'rig', message: expect.stringMatching(/was refused/) });
  expect(String(error)).not.toContain('hunter2');
});

test('a password that the device prints is masked, in answers and in errors', async () => {
  const { instrument } = await consoleAt(LOGIN, 'simulated');
  expect(await instrument.send(`echo a ${CONSOLE_TWIN.password} b`, 5 * SECOND)).toBe('a *** b');
  // Cut off in the middle of what it prints: not even the beginning of the password is shown.
  for (let limitNs = 20e6; limitNs < 80e6; limitNs += 1e6 / 4) {
    const shown = await instrument
      .send(`echo ${CONSOLE_TWIN.password}`, limitNs)
      .catch((thrown: unknown) => String(thrown));
    expect(shown).not.toMatch(/ses/);
  }
});

test('a password that is not set is told by the name of its variable, before anything is sent', async () => {
  await expect(consoleAt(LOGIN, 'simulated', {}, '')).rejects.toThrow(
    `the rig file names the environment variable ${VARIABLE} for a secret; it is not set`,
  );
});

test.for(['pty', 'tcp'] as const)(
  '%s: a line that is cut in the middle of an answer is blamed on the rig',
  async (way, { skip }) => {
    skip(way === 'pty' && NO_PTY, 'no socat');
    const { instrument, served, physics } = await consoleAt(PLAIN, way);
    expect(await instrument.send('serial', 5 * SECOND)).toBe('60012345');
    physics.setSwitch(false);
    const thrown = instrument.send('serial', 60 * SECOND).catch((error: unknown) => error);
    await served?.close();
    expect(await thrown).toMatchObject({
      blame: 'rig',
      message: expect.stringMatching(/the port is gone|writing failed/),
    });
  },
);

test('each fault of a twin has its test here but echo, which is what consoles do', () => {
  expect(TWIN_FAULTS).toEqual(['dead', 'garbage', 'echo', 'slow']);
});
