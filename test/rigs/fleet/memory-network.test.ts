import { afterEach, expect, test } from 'vitest';
import type { LinkFaults } from '../../../rigs/wrap/faulty-link.ts';
import { ALL, memoryFleet, some, stopFleets } from './memory-fleet.ts';

const S = 1e9;

afterEach(stopFleets);

/** How many registrations of 40 meters a server heard, and how it went on. */
async function registered(faults: { up?: Partial<LinkFaults>; down?: Partial<LinkFaults> }) {
  const { scheduler, fleet, host, network } = memoryFleet({
    meters: 40,
    commissioned: 'placed',
    network: { faults },
  });
  await fleet.start();
  await scheduler.sleepUntil(20 * S);
  const heard = host.heard.filter(({ kind }) => kind === 'registration');
  const rows = await fleet.snapshot(some(0, 40));
  return {
    heard: heard.length,
    meters: new Set(heard.map(({ index }) => index)).size,
    confirmed: rows.filter(({ confirmations }) => confirmations === 1).length,
    refused: rows.reduce((sum, { apdusRefused }) => sum + Number(apdusRefused), 0),
    bad: host.bad,
    counts: network.counts,
  };
}

test('without faults every registration is heard once and answered', async () => {
  const { counts, ...rest } = await registered({});
  expect(rest).toEqual({ heard: 40, meters: 40, confirmed: 40, refused: 0, bad: 0 });
  expect(counts.sent).toBeGreaterThanOrEqual(80);
  // Heartbeats want no answer.
  expect(counts.received).toBe(80);
});

test('dropped, doubled and spoilt uplinks are missed, heard twice, and not believed', async () => {
  expect((await registered({ up: { dropOneIn: 10 } })).meters).toBeLessThan(40);
  expect((await registered({ up: { duplicateOneIn: 10 } })).heard).toBeGreaterThan(40);
  expect((await registered({ up: { spoilOneIn: 10 } })).bad).toBeGreaterThan(0);
});

test('a doubled downlink is refused by the module as a replay', async () => {
  expect((await registered({ down: { duplicateOneIn: 4 } })).refused).toBeGreaterThan(5);
});

test('a campaign without limit has all its transactions in flight at once', async () => {
  const { scheduler, fleet, host } = memoryFleet({ meters: 30, shards: 3, commissioned: 'placed' });
  await fleet.start();
  await scheduler.sleepUntil(20 * S);
  fleet.inFlight.reset();
  for (let index = 0; index < 30; index++) host.ask('head-end', index, { kind: 'get-version' });
  await scheduler.sleepUntil(21 * S);
  expect([fleet.inFlight.maximum(), fleet.inFlight.current()]).toEqual([30, 0]);
  fleet.inFlight.reset();
  for (let index = 0; index < 30; index++) {
    host.ask('head-end', index, { kind: 'get-version' });
    await scheduler.sleepUntil(scheduler.nowNs() + S);
  }
  expect(fleet.inFlight.maximum()).toBe(1);
});

test('a stopped fleet says nothing more, and simulated time ends', async () => {
  const { scheduler, fleet, host } = memoryFleet({ meters: 5, commissioned: 'placed' });
  await fleet.start();
  await scheduler.sleepUntil(20 * S);
  await fleet.stop();
  const heard = host.heard.length;
  await fleet.command({ kind: 'mains', energised: false, selection: ALL });
  await scheduler.sleepUntil(1_000 * S);
  expect(host.heard).toHaveLength(heard);
});
