import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testIdentity } from '../../../devices/domain/identity.ts';
import { toHex } from '../../../devices/protocol/bytes/hex.ts';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { CounterStore } from '../../../rigs/fleet/counter-store.ts';
import { PiscinaFleet, type PiscinaFleetOptions } from '../../../rigs/fleet/piscina-fleet.ts';
import { testKey, testKeyId } from '../../../rigs/head-end/test-keys.ts';
import { missingPeers, output } from '../../interop/peers.ts';
import { PROFILE } from '../../devices/meter/story.ts';
import { ALL, carrier, description, some } from './memory-fleet.ts';
import { hasIpv6, UdpScriptedHosts } from './udp-hosts.ts';

/** A meter type that boots and charges quickly, so that wall time is short. */
const QUICK = {
  ...PROFILE,
  outage: { ...PROFILE.outage, bootNs: 50e6, rechargeNs: 100e6 },
  module: { ...PROFILE.module, startDelayNs: 500e6, heartbeatNs: 600e9 },
};
const PLACED = { commissioned: 'placed', profile: QUICK } as const;
const MISSING = missingPeers({ tshark: ['tshark', '--version'] });
const IPV6 = await hasIpv6();

let folder: string;
let hosts: UdpScriptedHosts;
let fleet: PiscinaFleet | undefined;
let failures: Error[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meterbench-fleet-'));
  failures = [];
  fleet = undefined;
  hosts = await UdpScriptedHosts.open();
});
afterEach(async () => {
  await fleet?.stop();
  await hosts.close();
  rmSync(folder, { recursive: true });
});

async function started(
  meters: number,
  options: Partial<PiscinaFleetOptions> = {},
): Promise<PiscinaFleet> {
  fleet = new PiscinaFleet({
    description: description(meters, PLACED),
    seed: 1,
    shards: 2,
    clock: new WallClock(),
    hosts: hosts.addresses,
    ivs: { base: 1, size: 0x1_0000 },
    rules: null,
    capturePath: null,
    onFailure: (error) => failures.push(error),
    ...options,
  });
  await fleet.start();
  return fleet;
}

/** Waits for a condition, a turn of the event loop at a time. */
async function until(what: string, holds: () => boolean, withinMs = 20_000): Promise<void> {
  const beganMs = performance.now();
  while (!holds()) {
    if (performance.now() - beganMs > withinMs) {
      throw new Error(`${what}: awaited for ${withinMs} ms; ${hosts.received} datagrams came`);
    }
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

const countOf = (kind: string): number =>
  hosts.host.heard.filter((heard) => heard.kind === kind).length;
/** The meters that a server heard a kind of message from, each as often as it came. */
const indexesOf = (kind: string): number[] =>
  hosts.host.heard
    .filter((heard) => heard.kind === kind)
    .map(({ index }) => index)
    .toSorted((one, other) => one - other);

test('a storm of 2,000 meters in 2 threads: each last gasp and restoration comes once and opens', async () => {
  const meters = 2_000;
  const storm = await started(meters);
  const said = new Map<string, number>();
  storm.onMessages((_index, atNs, intendedAtNs, kind) => {
    expect(atNs).toBeGreaterThanOrEqual(intendedAtNs);
    said.set(kind, (said.get(kind) ?? 0) + 1);
  });
  await until('registrations', () => countOf('registration') === meters);
  for (let index = 0; index < meters; index++) {
    const alarms = { declareAfterMs: 200, restoreAfterMs: 200 };
    hosts.host.ask('head-end', index, { kind: 'configure-outage-alarms', ...alarms });
    if (index % 100 === 99) await until('answers', () => countOf('answer') === index + 1);
  }
  expect(storm.inFlight.maximum()).toBeGreaterThan(0);
  expect(storm.inFlight.maximum()).toBeLessThanOrEqual(100);

  await storm.command({ kind: 'mains', energised: false, selection: ALL });
  await until('last gasps', () => countOf('last-gasp') >= meters);
  await storm.command({ kind: 'mains', energised: true, selection: ALL });
  await until('restorations', () => countOf('restoration') >= meters);

  const everyone = Array.from({ length: meters }, (_, index) => index);
  expect(indexesOf('last-gasp')).toEqual(everyone);
  expect(indexesOf('restoration')).toEqual(everyone);
  expect(hosts.host.bad).toBe(0);
  await storm.snapshot(some(0, 1));
  expect(said.get('last-gasp')).toBe(meters);
  expect(said.get('restoration')).toBe(meters);

  const health = await storm.health();
  expect(health.achieved).toBe(health.offered);
  expect(health.offered).toBe(hosts.received);
  expect(health.series.reduce((sum, second) => sum + second.offered, 0)).toBe(health.offered);
  expect(health.generatorLagMaximumNs).toBeGreaterThanOrEqual(health.generatorLagP99Ns);
  expect(health.observerLagP99Ns).toBeGreaterThan(0);
  expect(failures).toEqual([]);
});

test('snapshots of all threads come in the order of the selection', async () => {
  const two = await started(10);
  const rows = await two.snapshot({
    name: 'two',
    ranges: [
      { first: 8, count: 1, stride: 1 },
      { first: 1, count: 1, stride: 1 },
    ],
  });
  expect(rows.map(({ serial }) => serial)).toEqual(
    [8, 1].map((index) => testIdentity(index).serial),
  );
});

test('IVs never repeat over a restart and a crash', async () => {
  const path = join(folder, 'counters.json');
  const used = new Set<string>();
  for (const ends of ['in order', 'by a crash', 'in order']) {
    const store = new CounterStore(path);
    hosts.host.heard.length = 0;
    const run = await started(20, { ivs: store.reserve() });
    await until('registrations', () => countOf('registration') === 20);
    await run.stop();
    fleet = undefined;
    if (ends === 'in order') store.release();
    for (const { index, iv } of hosts.host.heard) {
      expect(used.has(`${index} ${iv}`)).toBe(false);
      used.add(`${index} ${iv}`);
    }
  }
  expect(used.size).toBeGreaterThanOrEqual(60);
});

test('control: with the same block twice they do repeat', async () => {
  const ivs: string[][] = [];
  for (let run = 0; run < 2; run++) {
    hosts.host.heard.length = 0;
    const one = await started(5);
    await until('registrations', () => countOf('registration') === 5);
    await one.stop();
    fleet = undefined;
    ivs.push(
      hosts.host.heard
        .filter(({ kind }) => kind === 'registration')
        .map(({ index, iv }) => `${index} ${iv}`)
        .toSorted(),
    );
  }
  expect(ivs[0]).toEqual(ivs[1]);
});

describe('what goes wrong in a thread reaches the owner', () => {
  test('rules that are not there', async () => {
    const rules = { path: new URL('./memory-fleet.ts', import.meta.url).href, exportName: 'none' };
    await expect(started(4, { rules })).rejects.toThrow("its export 'none'");
    expect(failures.length).toBeGreaterThan(0);
    expect(failures[0]?.message).toMatch(/the worker of meters \d+ to \d+ failed/);
  });

  test('a rule that throws, and everything asked from then on', async () => {
    const rules = {
      path: new URL('./throwing-rules.ts', import.meta.url).href,
      exportName: 'THROWING_RULES',
    };
    const failing = await started(4, { rules });
    await until('the failure', () => failures.length > 0);
    expect(failures[0]?.message).toContain('a rule of the test');
    await expect(failing.health()).rejects.toThrow('a rule of the test');
  });
});

test.skipIf(!IPV6)('over IPv6 as over IPv4', async () => {
  await hosts.close();
  hosts = await UdpScriptedHosts.open(6);
  await started(6);
  await until('registrations', () => countOf('registration') === 6);
  expect(indexesOf('registration')).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a carrier is in between: what it loses does not come', async () => {
  const lossy = carrier('ideal', { lossPpm: 1_000_000 });
  const deaf = await started(4, { description: description(4, { ...PLACED, carrier: lossy }) });
  let said = 0;
  deaf.onMessages(() => said++);
  await until('registrations', () => said >= 4);
  expect(hosts.received).toBe(0);
  expect((await deaf.health()).offered).toBe(0);
});

const why = MISSING.length === 0 ? '' : ` (skipped: ${MISSING.join(', ')} missing)`;

describe.skipIf(MISSING.length > 0)(`the capture of a run${why}`, () => {
  test('holds every datagram of both directions, and each MAC is good under its key', async () => {
    const capturePath = join(folder, 'capture.pcapng');
    const run = await started(6, { capturePath });
    await until('registrations', () => countOf('registration-confirmed') === 6);
    const { received } = await run.health();
    await run.stop();
    fleet = undefined;
    expect(readdirSync(folder)).toEqual(['capture.pcapng']);
    expect(existsSync(capturePath)).toBe(true);
    const keys = Array.from({ length: 6 }, (_, index) => [
      '-o',
      `uat:c1222_decryption_table:"${toHex(Uint8Array.of(testKeyId(index)))}",${toHex(testKey(index))}`,
    ]).flat();
    const frames = async (filter: string): Promise<number> => {
      const how = ['-o', 'c1222.decrypt:TRUE', '-o', 'c1222.baseoid:2.16.124.113620.1.22.0'];
      const text = await output('tshark', ['-r', capturePath, ...how, ...keys, '-Y', filter]);
      return text.split('\n').length - 1;
    };
    expect(await frames('udp')).toBeGreaterThanOrEqual(hosts.received + received);
    expect(await frames('c1222.crypto_good == 1')).toBe(await frames('udp'));
    expect(await frames('ip.src == 192.0.2.1')).toBeGreaterThanOrEqual(6);
  });
});
