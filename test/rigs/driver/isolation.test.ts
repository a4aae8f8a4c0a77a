import { afterEach, describe, expect, test } from 'vitest';
import { BenchError } from '../../../rigs/port/bench.ts';
import { lcus } from '../../../rigs/isolation/lcus.ts';
import type { Driver } from '../../../rigs/driver/driver.ts';
import { TWIN_FAULTS } from '../../../rigs/wrap/faulty-twin.ts';
import { type FarEnd, farEnd, type FarEndOptions, NO_PTY, type Way } from './far-end.ts';

/**
 * What every isolation switch with a line must fulfil, over each way to its twin: what is commanded
 * happens at the contact, its own word agrees, and an instrument that fails is told, never believed.
 */

const WAYS: readonly Way[] = ['simulated', 'pty', 'tcp'];
const SWITCHES: readonly (readonly [Driver<'isolation-switch'>, object])[] = [
  [lcus, { channel: 2 }],
];

const open: FarEnd<'isolation-switch'>[] = [];

async function bench(
  driver: Driver<'isolation-switch'>,
  options: object,
  way: Way,
  more: FarEndOptions = {},
): Promise<FarEnd<'isolation-switch'>> {
  const end = await farEnd(driver, options, way, more);
  open.push(end);
  end.physics.setSource({ on: true, milliVolts: 240_000 });
  return end;
}

afterEach(async () => {
  for (const end of open.splice(0)) await end.close();
});

describe.each(SWITCHES)('$name', (driver, options) => {
  test.for(WAYS)('%s: opens and closes the contact, and its word agrees', async (way, { skip }) => {
    skip(way === 'pty' && NO_PTY, 'no socat');
    const { instrument, physics, clock } = await bench(driver, options, way);
    const settled = () => clock.sleepUntil(clock.nowNs() + 300e6);
    await instrument.close();
    await settled();
    expect(physics.terminals.milliVolts).toBe(240_000);
    expect(await instrument.readBack()).toBe('closed');
    const opened = await instrument.open();
    await settled();
    expect(physics.terminals.milliVolts).toBe(0);
    expect(await instrument.readBack()).toBe('open');
    expect(opened.atNs).toBeLessThanOrEqual(clock.nowNs());
  });

  test.each(TWIN_FAULTS)('a board that is %s is never believed wrongly', async (fault) => {
    const more = { fault, afterWrites: 1 };
    const { instrument, clock } = await bench(driver, options, 'simulated', more);
    await instrument.close();
    await clock.sleepUntil(clock.nowNs() + 300e6);
    const word = await instrument.readBack().catch(blameOf);
    expect(['closed', 'rig']).toContain(word);
  });

  test('a port that is unplugged is told', async ({ skip }) => {
    skip(NO_PTY, 'no socat');
    const { instrument, served } = await bench(driver, options, 'pty');
    await instrument.close();
    await served?.close();
    await expect(instrument.readBack()).rejects.toMatchObject({ blame: 'rig' });
  });
});

/** Who is to blame; the error itself when it is none of a bench. */
function blameOf(error: unknown): unknown {
  return error instanceof BenchError ? error.blame : error;
}
