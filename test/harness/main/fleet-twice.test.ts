import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testIdentity } from '../../../devices/domain/identity.ts';
import { type FleetOutcome, runFleet } from '../../../harness/main/fleet-command.ts';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { CounterStore } from '../../../rigs/fleet/counter-store.ts';
import { HttpNorthbound } from '../../../rigs/head-end/northbound-client.ts';
import { type HeadEndServer, serveHeadEnd } from '../../../rigs/head-end/server.ts';
import { fail } from '../../rigs/head-end/served.ts';
import { description } from '../../rigs/fleet/memory-fleet.ts';
import { quickProfile } from './command-line.ts';

const METERS = 6;
const SERIALS = Array.from({ length: METERS }, (_, index) => testIdentity(index).serial);

let folder: string;
let server: HeadEndServer;
let client: HttpNorthbound;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meterbench-twice-'));
  server = await serveHeadEnd({
    store: ':memory:',
    host: '127.0.0.1',
    southboundPort: 0,
    configurationPort: 0,
    northboundPort: 0,
    fleet: { meters: METERS, commissioned: 'placed', settings: null },
  });
  client = await HttpNorthbound.connect({
    name: 'client',
    url: server.ready.northbound.url,
    clock: new WallClock(),
    onFault: fail,
  });
});
afterEach(async () => {
  await client.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Placed meters for 3 s, always with one seed: they register when they have booted. */
function fleetOf(counters: string): Promise<FleetOutcome> {
  return runFleet({
    description: description(METERS, {
      commissioned: 'placed',
      profile: quickProfile(join(folder, 'quick.yaml')),
    }),
    seed: 1,
    shards: 1,
    hosts: {
      'head-end': server.ready.southbound,
      'configuration-server': server.ready.configuration,
    },
    forNs: 3e9,
    dark: null,
    overNs: 0,
    link: 'udp',
    capturePath: null,
    counters: new CounterStore(join(folder, counters)),
  });
}

async function registrations(): Promise<number[]> {
  return (await client.records(SERIALS)).map((record) => record.registrations);
}

test('one seed twice against one running head-end is no replay', async () => {
  const first = await fleetOf('counters.json');
  const afterFirst = await registrations();
  const second = await fleetOf('counters.json');
  const afterSecond = await registrations();

  expect(Math.min(...afterFirst)).toBeGreaterThan(0);
  for (const [place, count] of afterSecond.entries()) {
    expect(count).toBeGreaterThan(afterFirst[place] ?? Number.NaN);
  }
  expect(first.said.get('registration-confirmed')).toBe(METERS);
  expect(second.said.get('registration-confirmed')).toBe(METERS);
  expect(await client.counters()).toMatchObject({ badMac: 0, replays: 0 });
});

test('control: with a block of IVs that was not advanced the second run is replayed, and refused', async () => {
  await fleetOf('counters.json');
  const afterFirst = await registrations();
  const again = await fleetOf('another store, which begins at 1 too.json');
  expect((await client.counters()).replays).toBeGreaterThanOrEqual(METERS);
  expect(again.said.get('registration-confirmed')).toBeUndefined();
  expect(await registrations()).toEqual(afterFirst);
});
