import { afterEach, expect, test } from 'vitest';
import { c1218 } from '../../../rigs/optical/optical-port.ts';
import { clockOutput } from '../../../rigs/probe/edge-input.ts';
import { BenchError } from '../../../rigs/port/bench.ts';
import { TWIN_FAULTS, type TwinFault } from '../../../rigs/wrap/faulty-twin.ts';
import { type FarEnd, farEnd, NO_PTY, type Way } from './far-end.ts';

/** The optical port and the edge input over each way to their twins, well and with each fault. */

const WAYS: readonly Way[] = ['simulated', 'pty', 'tcp'];

const open: FarEnd<'optical-port' | 'clock-output'>[] = [];
afterEach(async () => {
  for (const end of open.splice(0)) await end.close();
});

async function port(way: Way, fault?: TwinFault) {
  const end = await farEnd(c1218, {}, way, fault === undefined ? {} : { fault, afterWrites: 1 });
  open.push(end);
  energise(end);
  return end;
}

async function input(way: Way, fault?: TwinFault) {
  const instrument = null;
  const end = await farEnd(clockOutput, {}, way, {
    instrument,
    ...(fault !== undefined && { fault }),
  });
  open.push(end);
  energise(end);
  return end;
}

function energise({ physics }: FarEnd<'optical-port' | 'clock-output'>): void {
  physics.setSource({ on: true, milliVolts: 240_000 });
  physics.setSwitch(true);
}

const GENERAL_CONFIGURATION = 0;

test.for(WAYS)('%s: a session is opened, a table read, and closed', async (way, { skip }) => {
  skip(way === 'pty' && NO_PTY, 'no socat');
  const { instrument } = await port(way);
  const session = await instrument.open();
  const { bytes } = await session.readTable(GENERAL_CONFIGURATION);
  expect(bytes.length).toBeGreaterThan(10);
  await session.close();
});

test.for(WAYS)('%s: edges of the 1 Hz output are a second apart', async (way, { skip }) => {
  skip(way === 'pty' && NO_PTY, 'no socat');
  const { instrument } = await input(way);
  const [first = 0, second = 0] = await instrument.edges(2, 5e9, new AbortController().signal);
  expect(Math.abs(second - first - 1e9)).toBeLessThan(50e6);
});

test.each(TWIN_FAULTS)(
  'a meter whose line is %s: an error with its blame, or the truth',
  async (fault) => {
    const { instrument, clock } = await port('simulated', fault);
    const startedNs = clock.nowNs();
    const outcome = await instrument
      .open()
      .then((session) => session.readTable(GENERAL_CONFIGURATION))
      .then(({ bytes }) => (bytes.length > 10 ? 'the truth' : bytes))
      .catch(blameOf);
    expect(['the truth', 'dut', 'rig']).toContain(outcome);
    // Three tries of each packet and no more (C12.18, 4.4): no line may hold a bench for long.
    expect(clock.nowNs() - startedNs).toBeLessThan(120e9);
  },
);

test.each(TWIN_FAULTS)(
  'an edge input that is %s is told, and counts nothing as an edge',
  async (fault) => {
    const { instrument } = await input('simulated', fault);
    const outcome = await instrument
      .edges(3, 5e9, new AbortController().signal)
      .then((stamps) => stamps.length)
      .catch(blameOf);
    expect(outcome).toBe(fault === 'garbage' || fault === 'echo' ? 'rig' : 'dut');
  },
);

test('an optical port that is unplugged in a session is told', async ({ skip }) => {
  skip(NO_PTY, 'no socat');
  const { instrument, served } = await port('pty');
  const session = await instrument.open();
  await served?.close();
  const told = await session.readTable(GENERAL_CONFIGURATION).catch(blameOf);
  expect(told).toBe('rig');
});

function blameOf(error: unknown): unknown {
  return error instanceof BenchError ? error.blame : error;
}
