import { afterEach, describe, expect, test } from 'vitest';
import { clockOutput, pulseInput } from '../../../rigs/probe/edge-input.ts';
import type { InstrumentDescription } from '../../../rigs/driver/instrument-block.ts';
import { type FarEnd, farEnd, NO_PTY, type Way } from './far-end.ts';

/** What every input of edges must fulfil: each edge is stamped once, and silence is never a lost port. */

const WAYS: readonly Way[] = ['simulated', 'pty', 'tcp'];
const INPUTS = [clockOutput, pulseInput] as const;
type Input = 'clock-output' | 'pulse-input';
/** 24 kW and 1 Wh a pulse. */
const PULSES_PER_SECOND = 24_000 / 3_600;
const NEVER = new AbortController().signal;

const goodTo = (milliseconds: number): InstrumentDescription => ({
  make: 'a',
  model: 'b',
  serial: 'c',
  certificate: null,
  calibrated: null,
  due: null,
  uncertainty: { expanded: milliseconds * 1e6, unit: 'ns', coverageFactor: 2 },
});

const open: FarEnd<Input>[] = [];

/** An input at a meter that is energised and takes 100 A. */
async function input(
  driver: (typeof INPUTS)[number],
  way: Way,
  uncertaintyMs = 1,
): Promise<FarEnd<Input>> {
  const instrument = goodTo(uncertaintyMs);
  const end =
    driver.role === 'clock-output'
      ? await farEnd(driver, {}, way, { instrument })
      : await farEnd(driver, {}, way, { instrument });
  open.push(end);
  end.physics.setSource({ on: true, milliVolts: 240_000, milliAmps: 100_000 });
  end.physics.setSwitch(true);
  return end;
}

afterEach(async () => {
  for (const end of open.splice(0)) await end.close();
});

describe.each(INPUTS)('edge-input as $role', (driver) => {
  const perSecond = driver.role === 'clock-output' ? 1 : PULSES_PER_SECOND;

  test.for(WAYS)('%s: stamps the next edges', async (way, { skip }) => {
    skip(way === 'pty' && NO_PTY, 'no socat');
    const { instrument, clock } = await input(driver, way);
    const sinceNs = clock.nowNs();
    const [first = 0, second = 0] = await instrument.edges(2, 5e9, NEVER);
    expect(first).toBeGreaterThan(sinceNs);
    // Ports of this host may be late, but not by an edge.
    expect((second - first) / 1e9).toBeGreaterThan(0.5 / perSecond);
    expect((second - first) / 1e9).toBeLessThan(1.5 / perSecond);
  });

  test('counts the edges of a window, as long as it was asked for', async () => {
    const { instrument } = await input(driver, 'simulated');
    const { fromNs, untilNs, edges } = await instrument.edgesFor(30e9, NEVER);
    expect(untilNs - fromNs).toBe(30e9);
    expect(edges).toHaveLength(Math.round(30 * perSecond));
    expect(edges.every((stamp) => stamp >= fromNs && stamp < untilNs)).toBe(true);
  });

  test('a second window holds what came in it and nothing of the first', async () => {
    const { instrument } = await input(driver, 'simulated');
    const one = await instrument.edgesFor(30e9, NEVER);
    const other = await instrument.edgesFor(30e9, NEVER);
    expect(other.fromNs).toBeGreaterThanOrEqual(one.untilNs);
    expect(other.edges).toHaveLength(one.edges.length);
  });

  test('edges nearer to an end of the window than their stamps are good are told apart', async () => {
    const coarse = await input(driver, 'simulated', 600);
    const { doubtful } = await coarse.instrument.edgesFor(30e9, NEVER);
    // From 600 ms before to 600 ms after each end.
    expect(doubtful).toBeGreaterThanOrEqual(2);
    expect(doubtful).toBeLessThanOrEqual(Math.ceil(2 * 1.2 * perSecond) + 2);
    const fine = await input(driver, 'simulated', 0.001);
    expect((await fine.instrument.edgesFor(30e9, NEVER)).doubtful).toBe(0);
  });

  test('a dark meter gives none in a window; awaited ones are the meter to blame', async () => {
    const { instrument, physics } = await input(driver, 'simulated');
    physics.setSwitch(false);
    expect(await instrument.edgesFor(30e9, NEVER)).toMatchObject({ edges: [], doubtful: 0 });
    await expect(instrument.edges(1, 3e9, NEVER)).rejects.toMatchObject({
      blame: 'dut',
      message: expect.stringContaining('awaited 1 edges for 3 s, got 0'),
    });
  });

  test.for(['pty', 'tcp'] as const)(
    '%s: a port that goes in the middle of a window is the rig to blame before its end',
    async (way, { skip }) => {
      skip(way === 'pty' && NO_PTY, 'no socat');
      const { instrument, served } = await input(driver, way);
      const counted = instrument.edgesFor(3600e9, NEVER).catch((error: unknown) => error);
      await served?.close();
      expect(await counted).toMatchObject({ blame: 'rig' });
    },
  );

  test('is cancelled with the reason, and counts again afterwards', async () => {
    const { instrument, clock } = await input(driver, 'simulated');
    const cancelled = new AbortController();
    clock.callAt(clock.nowNs() + 10e9, 0, () => cancelled.abort(new Error('enough')));
    await expect(instrument.edgesFor(60e9, cancelled.signal)).rejects.toThrow('enough');
    expect(clock.nowNs()).toBeLessThan(11e9);
    const { edges } = await instrument.edgesFor(30e9, NEVER);
    expect(edges).toHaveLength(Math.round(30 * perSecond));
  });

  test('cannot say who it is', async () => {
    const { instrument } = await input(driver, 'simulated');
    expect(await instrument.identify()).toBeNull();
  });
});
