import { afterEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import {
  coilIn,
  flashOff,
  hasRightCrc,
  readCoil,
  takenIn,
  withCrc,
  writeCoil,
} from '../../../rigs/isolation/modbus-frame.ts';
import { modbusRtu } from '../../../rigs/isolation/modbus-rtu.ts';
import { type FarEnd, farEnd } from '../driver/far-end.ts';

/** Bytes of Waveshare's page on its Modbus RTU relay; check sums recomputed independently of this code. */
describe('frames', () => {
  test.each([
    ['coil 0 on', writeCoil(1, 0, true), '01 05 00 00 ff 00 8c 3a'],
    ['coil 0 off', writeCoil(1, 0, false), '01 05 00 00 00 00 cd ca'],
    ['relay 0 off for 800 ms', flashOff(1, 0, 8), '01 05 04 00 00 08 cd 3c'],
    ['relay 0 off for 5 s', flashOff(1, 0, 50), '01 05 04 00 00 32 4d 2f'],
  ])('%s', (_what, frame, bytes) => {
    expect(toHex(frame, ' ')).toBe(bytes);
  });

  test.each([
    ['toggle coil 0', '01 05 00 00 55 00 f2 9a'],
    ['all on', '01 05 00 ff ff 00 bc 0a'],
    ['all off', '01 05 00 ff 00 00 fd fa'],
    ['read 8 coils', '01 01 00 00 00 08 3d cc'],
    ['write 8 coils on', '01 0f 00 00 00 08 01 ff be d5'],
    ['write 8 coils off', '01 0f 00 00 00 08 01 00 fe 95'],
    ['relay 0 on for 700 ms', '01 05 02 00 00 07 8d b0'],
  ])('the check sum of what is never sent, %s, is the documented one', (_what, bytes) => {
    const frame = fromHex(bytes);
    expect(toHex(withCrc(...frame.subarray(0, -2)), ' ')).toBe(bytes);
    expect(hasRightCrc(frame)).toBe(true);
    frame[2] = (frame[2] ?? 0) ^ 1;
    expect(hasRightCrc(frame)).toBe(false);
  });

  test('an answer is understood whole, never in part, and not from another address', () => {
    const sent = readCoil(1, 3);
    const answer = withCrc(1, 1, 1, 0x01);
    expect(coilIn(sent, answer)).toEqual({ answer: 'closed' });
    expect(coilIn(sent, withCrc(1, 1, 1, 0x00))).toEqual({ answer: 'open' });
    expect(coilIn(sent, answer.subarray(0, -1))).toBeNull();
    expect(coilIn(sent, withCrc(2, 1, 1, 0x01))).toBeNull();
    expect(coilIn(sent, Uint8Array.of(...answer.subarray(0, -1), 0))).toBeNull();
  });

  test('an echo of a question is not its answer', () => {
    const sent = readCoil(1, 0x0101);
    expect(coilIn(sent, sent)).toBeNull();
    expect(coilIn(sent, Uint8Array.of(...sent, ...withCrc(1, 1, 1, 0)))).toEqual({
      answer: 'open',
    });
  });

  test('an exception is told with its meaning', () => {
    const sent = writeCoil(1, 9, true);
    expect(takenIn(sent, withCrc(1, 0x85, 2))).toEqual({
      refusal: 'Modbus exception 2, illegal data address: there is no such coil',
    });
    expect(takenIn(sent, withCrc(1, 0x85, 0x7f))).toEqual({
      refusal: 'Modbus exception 127, not a standard one',
    });
    expect(takenIn(sent, withCrc(2, 0x85, 2))).toBeNull();
  });
});

describe('the board-timed off', () => {
  const ends: FarEnd<'isolation-switch'>[] = [];
  const TIMED = { address: 1, coil: 0, timer: 'waveshare' };

  async function closedBench(options: object): Promise<FarEnd<'isolation-switch'>> {
    const end = await farEnd(modbusRtu, options, 'simulated');
    ends.push(end);
    end.physics.setSource({ on: true, milliVolts: 240_000 });
    await end.instrument.close();
    await end.clock.sleepUntil(end.clock.nowNs() + 300e6);
    expect(end.physics.terminals.milliVolts).toBe(240_000);
    return end;
  }

  afterEach(async () => {
    for (const end of ends.splice(0)) await end.close();
  });

  test('ends by itself, at the instant that was told, also when the port is given back', async () => {
    const { instrument, physics, clock } = await closedBench(TIMED);
    const timed = await instrument.openFor?.(5e9);
    if (timed === undefined || timed === null) throw new Error('no timer');
    await instrument.release();
    expect(timed.closes.atNs - timed.opened.atNs).toBe(5e9);
    expect(timed.closes.uncertaintyNs).toBeGreaterThanOrEqual(100e6);
    await clock.sleepUntil(timed.closes.atNs - timed.closes.uncertaintyNs);
    expect(physics.terminals.milliVolts).toBe(0);
    await clock.sleepUntil(timed.closes.atNs + timed.closes.uncertaintyNs);
    expect(physics.terminals.milliVolts).toBe(240_000);
  });

  test('an open that comes into it holds behind its end', async () => {
    const { instrument, physics, clock } = await closedBench(TIMED);
    await instrument.openFor?.(5e9);
    const startedNs = clock.nowNs();
    expect(instrument.opensWithinNs).toBeGreaterThan(5e9);
    await instrument.open();
    expect(clock.nowNs() - startedNs).toBeGreaterThan(5e9);
    expect(instrument.opensWithinNs).toBe(0);
    await clock.sleepUntil(clock.nowNs() + 300e6);
    expect(physics.terminals.milliVolts).toBe(0);
    await clock.sleepUntil(clock.nowNs() + 60e9);
    expect(physics.terminals.milliVolts).toBe(0);
  });

  test.each([
    ['not of whole 100 ms', TIMED, 5_050e6],
    ['of nothing', TIMED, 0],
    ['longer than the board can count', TIMED, 0x8000 * 100e6],
    ['of a board without a timer', { address: 1, coil: 0 }, 5e9],
  ])('a time %s is left to the caller', async (_what, options, forNs) => {
    const { instrument } = await closedBench(options);
    expect(await instrument.openFor?.(forNs)).toBeNull();
  });

  test('a board that does not know it refuses, and is told', async () => {
    const end = await farEnd(modbusRtu, TIMED, 'simulated', {
      twinOptions: { address: 1, coil: 0 },
    });
    ends.push(end);
    await expect(end.instrument.openFor?.(5e9)).rejects.toThrow(
      'isolation-switch: awaited the answer of address 1 to "open for 50 x 100 ms" for coil 0, was refused: Modbus exception 2',
    );
  });

  test('the coil that is all relays of such a board is refused', async () => {
    await expect(farEnd(modbusRtu, { ...TIMED, coil: 255 }, 'simulated')).rejects.toMatchObject({
      blame: 'scenario',
    });
  });
});
