import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { NorthboundEvent } from '../../../devices/domain/northbound.ts';
import { testIdentity } from '../../../devices/domain/identity.ts';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { HttpNorthbound } from '../../../rigs/head-end/northbound-client.ts';
import { meterTitle, testKeyId } from '../../../rigs/head-end/test-keys.ts';
import { output } from '../../interop/peers.ts';
import { hasIpv6 } from '../../rigs/fleet/udp-hosts.ts';
import { until } from '../../rigs/head-end/scripted-meters.ts';
import { fail } from '../../rigs/head-end/served.ts';
import { CLI, command, serve, writeQuickProfile } from './command-line.ts';

const METERS = 200;
const ONE_IN = 10;
const IPV6 = await hasIpv6();
const NO_FAULTS = {
  badMac: 0,
  unknownMeter: 0,
  malformed: 0,
  duplicates: 0,
  outOfOrder: 0,
  lost: 0,
};

const folder = mkdtempSync(join(tmpdir(), 'meterbench-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));
const profile = writeQuickProfile(join(folder, 'quick.yaml'));

/** The fleet command against a target for 4 s. */
function fleet(target: string, meters = METERS, ...others: readonly string[]) {
  const options = { meters, target, for: '4 s', profile };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return command('fleet', ...args, ...others, '--json');
}

/** A fleet, a proxy with one fault in both directions, a sink: what each of them counted. */
async function throughProxy(fault: 'drop' | 'duplicate' | 'reorder' | 'spoil') {
  const sink = await serve('serve', 'sink', '--port=0', '--json');
  const proxy = await serve(
    'proxy',
    '--listen=127.0.0.1:0',
    `--to=${sink.target}`,
    `--${fault}=${ONE_IN}`,
  );
  const told = await fleet(proxy.target);
  const passed = (await proxy.counts())['up'] as {
    readonly received: number;
    readonly sent: number;
  };
  return { told, passed, counted: await sink.counts() };
}

describe('a fleet against a sink over UDP', () => {
  test('every message is opened once, and both ends count the same', async () => {
    const sink = await serve('serve', 'sink', '--port=0', '--json');
    const told = await fleet(sink.target);
    const { rssBytes, lagP99Ms, ...counted } = await sink.counts();
    const { achieved } = told;
    expect(achieved).toBeGreaterThan(METERS);
    expect(told['offered']).toBe(achieved);
    expect(counted).toEqual({
      ...NO_FAULTS,
      offered: achieved,
      achieved,
      droppedBySystem: process.platform === 'linux' ? 0 : null,
      outOfStep: 0,
      received: achieved,
      opened: achieved,
      sent: achieved,
      meters: METERS,
    });
    expect(rssBytes).toBeGreaterThan(0);
    expect(lagP99Ms).toBeGreaterThan(0);
    const said = Object.values(told['said'] as Readonly<Record<string, number>>);
    expect(said.reduce((sum, count) => sum + count, 0)).toBe(achieved);
  });

  test('through a trunk as by datagrams', async () => {
    const sink = await serve('serve', 'sink', '--port=0', '--json');
    const told = await fleet(sink.target, METERS, '--link=trunk');
    expect(told['achieved']).toBeGreaterThan(METERS);
    expect(told['lost']).toBe(0);
    const counted = await sink.counts();
    expect(counted).toMatchObject({ ...NO_FAULTS, received: told['achieved'], outOfStep: 0 });
    expect(counted['opened']).toBe(told['achieved']);
  });

  test.skipIf(!IPV6)('over IPv6 as over IPv4', async () => {
    const sink = await serve('serve', 'sink', '--host=::1', '--port=0', '--json');
    expect(sink.target).toContain('[::1]:');
    const told = await fleet(sink.target, 20);
    expect(told['achieved']).toBeGreaterThan(20);
    expect(await sink.counts()).toMatchObject({ ...NO_FAULTS, received: told['achieved'] });
  });
});

describe('a proxy between fleet and sink is found out', () => {
  test('one that loses: lost, and nothing else', async () => {
    const { told, passed, counted } = await throughProxy('drop');
    expect(passed.received).toBe(told['achieved']);
    const dropped = passed.received - passed.sent;
    expect(dropped).toBeGreaterThan(passed.received / ONE_IN - ONE_IN);
    expect(counted).toMatchObject({ ...NO_FAULTS, lost: counted['lost'], received: passed.sent });
    // A loss shows by a later message of the same meter: of its last one none comes.
    expect(counted['lost']).toBeGreaterThan(dropped / 2);
    expect(counted['lost']).toBeLessThanOrEqual(dropped);
  });

  test('one that doubles: duplicates, and nothing else', async () => {
    const { told, passed, counted } = await throughProxy('duplicate');
    expect(passed.received).toBe(told['achieved']);
    const doubled = passed.sent - passed.received;
    expect(doubled).toBeGreaterThan(passed.received / ONE_IN - ONE_IN);
    expect(counted).toMatchObject({ ...NO_FAULTS, duplicates: doubled, received: passed.sent });
  });

  test('one that reorders: out of order, and nothing else', async () => {
    const { told, passed, counted } = await throughProxy('reorder');
    expect(passed).toEqual({ received: told['achieved'], sent: told['achieved'] });
    expect(counted).toMatchObject({
      ...NO_FAULTS,
      outOfOrder: counted['outOfOrder'],
      received: passed.sent,
    });
    expect(counted['outOfOrder']).toBeGreaterThan(passed.received / ONE_IN / 2);
    expect(counted['outOfOrder']).toBeLessThanOrEqual(passed.received / ONE_IN + ONE_IN);
  });

  test('one that spoils: bad MACs, and what cannot be opened is missed', async () => {
    const { told, passed, counted } = await throughProxy('spoil');
    expect(passed).toEqual({ received: told['achieved'], sent: told['achieved'] });
    expect(counted).toMatchObject({ duplicates: 0, outOfOrder: 0, received: passed.sent });
    const { badMac, malformed, unknownMeter, opened } = counted as Readonly<Record<string, number>>;
    expect(badMac).toBeGreaterThan(0);
    const refused = (badMac ?? 0) + (malformed ?? 0) + (unknownMeter ?? 0);
    expect(refused).toBe(passed.received - (opened ?? 0));
    expect(refused).toBeGreaterThan(passed.received / ONE_IN - ONE_IN);
    expect(refused).toBeLessThanOrEqual(passed.received / ONE_IN + ONE_IN);
    expect(counted['lost']).toBeLessThanOrEqual(refused);
  });
});

describe('one served meter over C12.22', () => {
  const INDEX = 7;
  const versions = IPV6 ? (['127.0.0.1', '::1'] as const) : (['127.0.0.1'] as const);

  const ways = versions.flatMap((host) =>
    (['udp', 'tcp'] as const).map((transport) => ({ host, transport })),
  );
  test.each(ways)('registers with a served head-end at $host over $transport', async (way) => {
    const { host, transport } = way;
    const { ready, target } = await serve('serve', 'head-end', `--host=${host}`, '--port=0');
    expect(ready).toMatchObject({ kind: 'head-end', apTitle: '.2.1', keyId: 'index % 256' });
    const { configuration, northbound } = ready as unknown as {
      readonly configuration: { readonly port: number };
      readonly northbound: { readonly url: string };
    };
    const client = await HttpNorthbound.connect({
      name: 'client',
      url: northbound.url,
      clock: new WallClock(),
      onFault: fail,
    });
    const events: NorthboundEvent[] = [];
    const unlisten = client.listen((event) => events.push(event));
    const meter = await serve(
      'serve',
      'meter',
      `--head-end=${target}`,
      `--configuration=${target.replace(/\d+$/, String(configuration.port))}`,
      `--index=${INDEX}`,
      `--profile=${profile}`,
      `--transport=${transport}`,
      '--deregister',
    );
    const { serial } = testIdentity(INDEX);
    expect(meter.ready).toMatchObject({
      kind: 'meter',
      ...(transport === 'udp' && { address: { host } }),
      apTitle: meterTitle(INDEX).toString(),
      keyId: testKeyId(INDEX),
      serial,
    });
    const isPlaced = (event: NorthboundEvent): boolean =>
      event.type === 'record' && event.record.serial === serial && event.record.state === 'placed';
    await until(() => events.some(isPlaced), 'the record of the meter');
    await meter.counts().catch(() => undefined);
    const hasLeft = (event: NorthboundEvent): boolean =>
      event.type === 'record' && event.record.serial === serial && event.record.state === 'unknown';
    await until(() => events.some(hasLeft), 'the record of the meter that left');
    unlisten();
    expect(await client.counters()).toMatchObject({ badMac: 0, replays: 0, malformed: 0 });
    await client.close();
  });

  test.each([
    { what: 'no face', args: [], text: 'one or more of --serial <path> (C12.18), --c12-22' },
    {
      what: 'a configuration server and no head-end',
      args: ['--serial=./meter', '--configuration=127.0.0.1:1154'],
      text: '--configuration <host:port> is wanted with --head-end',
    },
    {
      what: 'a title that is none',
      args: ['--c12-22=127.0.0.1:0', '--title=meter'],
      text: '--title meter: title: numbers between points wanted',
    },
    {
      what: 'an unknown security mode',
      args: ['--c12-22=127.0.0.1:0', '--accept=plain'],
      text: '"plain" is none of clear, authenticated, ciphered',
    },
    {
      what: 'an address beyond loopback',
      args: ['--c12-22=192.0.2.1:1153'],
      text: 'only loopback addresses',
    },
    {
      what: 'two versions of IP',
      args: ['--head-end=127.0.0.1:1153', '--configuration=[::1]:1154'],
      text: 'of the same IP version',
    },
  ])('with $what it is refused', async ({ args, text }) => {
    const refused = output(process.execPath, [CLI, 'serve', 'meter', ...args]);
    await expect(refused).rejects.toThrow(text);
    await expect(refused).rejects.toThrow('ended with 3');
  });
});
