import { afterEach, describe, expect, test } from 'vitest';
import type { Driver } from '../../../rigs/driver/driver.ts';
import { lcus } from '../../../rigs/isolation/lcus.ts';
import { controlLine } from '../../../rigs/isolation/line.ts';
import { modbusRtu } from '../../../rigs/isolation/modbus-rtu.ts';
import { numato } from '../../../rigs/isolation/numato.ts';
import { TWIN_FAULTS } from '../../../rigs/wrap/faulty-twin.ts';
import { type FarEnd, farEnd, type FarEndOptions, NO_PTY, type Way } from './far-end.ts';
import {
  obedienceOf,
  OBEYS,
  OBEYS_WITHOUT_A_WORD,
  type SwitchUnderTest,
  wordOfFaulty,
} from './switch-contract.ts';

/**
 * What every isolation switch with a line must fulfil, over each way to its twin: what is commanded
 * happens at the contact, its own word agrees, and an instrument that fails is told, never believed.
 */

interface Case {
  readonly what: string;
  readonly driver: Driver<'isolation-switch'>;
  readonly options: object;
}

const WAYS: readonly Way[] = ['simulated', 'pty', 'tcp'];
const WITH_A_WORD: readonly Case[] = [
  { what: 'lcus', driver: lcus, options: { channel: 2 } },
  { what: 'modbus-rtu', driver: modbusRtu, options: { address: 1, coil: 3 } },
  {
    what: 'modbus-rtu with a timer, 19200 8E1',
    driver: modbusRtu,
    options: { address: 17, coil: 0, timer: 'waveshare', baud: 19_200, parity: 'even' },
  },
  { what: 'numato', driver: numato, options: { relay: 7 } },
  { what: 'numato, a relay past F', driver: numato, options: { relay: 31 } },
];
const LINES: readonly Case[] = ['dtr', 'rts'].flatMap((line) =>
  ['on', 'off'].map((active) => ({
    what: `line ${line}, active ${active}`,
    driver: controlLine,
    options: { line, active },
  })),
);

const open: FarEnd<'isolation-switch'>[] = [];

async function bench(
  { driver, options }: Case,
  way: Way,
  more: FarEndOptions = {},
): Promise<FarEnd<'isolation-switch'>> {
  const end = await farEnd(driver, options, way, more);
  open.push(end);
  end.physics.setSource({ on: true, milliVolts: 240_000 });
  return end;
}

function underTest({ instrument, physics, clock }: FarEnd<'isolation-switch'>): SwitchUnderTest {
  return {
    instrument,
    contact: () => (physics.terminals.milliVolts > 0 ? 'closed' : 'open'),
    nowNs: () => clock.nowNs(),
    settled: () => clock.sleepUntil(clock.nowNs() + 300e6),
  };
}

afterEach(async () => {
  for (const end of open.splice(0)) await end.close();
});

describe.each(WITH_A_WORD)('$what', (each) => {
  test.for(WAYS)('%s: opens and closes the contact, and its word agrees', async (way, { skip }) => {
    skip(way === 'pty' && NO_PTY, 'no socat');
    expect(await obedienceOf(underTest(await bench(each, way)))).toEqual(OBEYS);
  });

  test.each(TWIN_FAULTS)('a board that is %s is never believed wrongly', async (fault) => {
    for (const afterWrites of [0, 1]) {
      const word = await wordOfFaulty(
        underTest(await bench(each, 'simulated', { fault, afterWrites })),
      );
      // What an echo does not spoil may still be understood.
      expect(fault === 'echo' ? ['closed', 'rig'] : ['rig']).toContain(word);
    }
  });

  test('a board that is dead is told with what was awaited, for how long, and what came', async () => {
    const { instrument } = await bench(each, 'simulated', { fault: 'dead' });
    await expect(instrument.readBack()).rejects.toThrow(
      /^isolation-switch: awaited .+ for (500 ms|1 s), got nothing$/,
    );
  });

  test('a port that is unplugged is told', async ({ skip }) => {
    skip(NO_PTY, 'no socat');
    const { instrument, served } = await bench(each, 'pty');
    await instrument.close();
    await served?.close();
    await expect(instrument.readBack()).rejects.toMatchObject({ blame: 'rig' });
    await expect(instrument.open()).rejects.toMatchObject({ blame: 'rig' });
  });

  test('who says nothing on its contact when the rig file wants none says null', async () => {
    const { instrument } = await bench(each, 'simulated', { context: { readback: 'none' } });
    expect(await instrument.readBack()).toBeNull();
  });
});

describe.each(LINES)('$what', (each) => {
  test('opens and closes the contact, and has no word on it', async () => {
    const end = underTest(await bench(each, 'simulated'));
    expect(await obedienceOf(end)).toEqual(OBEYS_WITHOUT_A_WORD);
  });

  test.for(['pty', 'tcp'] as const)(
    '%s: a port without lines is refused',
    async (way, { skip }) => {
      skip(way === 'pty' && NO_PTY, 'no socat');
      await expect(farEnd(each.driver, each.options, way)).rejects.toMatchObject({
        blame: 'rig',
        message: expect.stringMatching(/has no control lines .*: (DTR|RTS) cannot be set$/),
      });
    },
  );
});
