import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { PiscinaFleet } from '../../../rigs/fleet/piscina-fleet.ts';
import { PROFILE } from '../../devices/meter/story.ts';
import { description } from './memory-fleet.ts';
import { UdpScriptedHosts } from './udp-hosts.ts';

const METERS = 20;
const EACH = { name: 'each', ranges: [{ first: 0, count: METERS, stride: 1 }] };
/** Boots at once, and says one heartbeat: what happens after the first minute is not waited for. */
const QUICK = {
  ...PROFILE,
  outage: { ...PROFILE.outage, bootNs: 50e6, rechargeNs: 100e6 },
  module: { ...PROFILE.module, startDelayNs: 100e6, heartbeatNs: 600e9 },
};
const MODULE = new URL('./faults-for-workers.ts', import.meta.url).href;

let hosts: UdpScriptedHosts;
let fleet: PiscinaFleet;
beforeEach(async () => {
  hosts = await UdpScriptedHosts.open();
});
afterEach(async () => {
  await fleet.stop();
  await hosts.close();
});

/** Fresh meters get their mains; ends when each has announced itself. */
async function announced(linksExportName: string): Promise<void> {
  const heard = new Set<number>();
  const all = Promise.withResolvers<void>();
  fleet = new PiscinaFleet({
    description: description(METERS, { profile: QUICK }),
    seed: 1,
    shards: 1,
    clock: new WallClock(),
    hosts: hosts.addresses,
    ivs: { base: 1, size: 0x1_0000 },
    rules: { path: MODULE, exportName: 'meterRules', linksExportName },
    capturePath: null,
    onFailure: (error) => all.reject(error),
  });
  fleet.onMessages((index, _atNs, _intendedAtNs, kind) => {
    if (kind === 'auto-configuration') heard.add(index);
    if (heard.size === METERS) all.resolve();
  });
  await fleet.start();
  await fleet.command({ kind: 'mains', energised: true, selection: EACH });
  await all.promise;
}

/** APDUs that modules did not believe. */
async function refused(): Promise<number> {
  const rows = await fleet.snapshot(EACH);
  return rows.reduce((sum, { apdusRefused }) => sum + Number(apdusRefused), 0);
}

async function answersCame(): Promise<void> {
  const untilMs = performance.now() + 20_000;
  while ((await fleet.health()).received < METERS) {
    if (performance.now() > untilMs) throw new Error('answers awaited for 20 s, too few came');
  }
}

describe('the way of a worker’s meters to the servers', () => {
  test('changes nothing when it has no faults', async () => {
    await announced('noFaults');
    await answersCame();
    expect(await refused()).toBe(0);
    expect(hosts.received).toBeGreaterThanOrEqual(METERS);
  });

  test('can lose all that goes up', async () => {
    await announced('nothingGoesUp');
    await fleet.stop();
    const { offered } = await fleet.health();
    expect([offered, hosts.received]).toEqual([0, 0]);
  });

  test('can spoil what comes down', async () => {
    await announced('allThatComesDownIsSpoiled');
    await answersCame();
    expect(await refused()).toBeGreaterThan(0);
  });
});
