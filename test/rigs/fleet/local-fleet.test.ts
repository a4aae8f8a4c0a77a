import { afterEach, describe, expect, test } from 'vitest';
import { SNAPSHOT_FIELDS } from '../../../rigs/port/fleet.ts';
import { toHex } from '../../../devices/protocol/bytes/hex.ts';
import { testIdentity } from '../../../devices/domain/identity.ts';
import { ALL, carrier, memoryFleet, some, stopFleets } from './memory-fleet.ts';

const MAINS_ON = { kind: 'mains', energised: true, selection: ALL } as const;
const S = 1e9;

afterEach(stopFleets);

/** Everything that was said and that passed between carrier and servers, in the order of events. */
async function journalOf(shards: number, seed = 1): Promise<string[]> {
  const lines: string[] = [];
  const { scheduler, fleet, host, failures } = memoryFleet({
    meters: 60,
    shards,
    seed,
    carrier: carrier('gprs-weak', { metersPerCell: 25, cellMessagesPerSecond: 4 }),
    network: {
      faults: { up: { dropOneIn: 40, reorderOneIn: 30 }, down: { duplicateOneIn: 20 } },
      tap: (atNs, index, direction, to, bytes) =>
        lines.push(`${atNs} ${index} ${direction} ${to} ${toHex(bytes)}`),
    },
  });
  fleet.onMessages((...message) => lines.push(message.join(' ')));
  await fleet.start();
  await fleet.command(MAINS_ON);
  await scheduler.sleepUntil(200 * S);
  for (let index = 0; index < 60; index++) {
    const alarms = { declareAfterMs: 5_000, restoreAfterMs: 5_000 };
    host.ask('head-end', index, { kind: 'configure-outage-alarms', ...alarms });
  }
  await scheduler.sleepUntil(260 * S);
  // Odd meters first: the order within a selection must not come through.
  const selection = {
    name: 'odd, then even',
    ranges: [
      { first: 11, count: 20, stride: 2 },
      { first: 10, count: 20, stride: 2 },
    ],
  };
  await fleet.command({ kind: 'interrupt', selection, forNs: 30 * S });
  await scheduler.sleepUntil(400 * S);
  lines.push(JSON.stringify(await fleet.snapshot(selection)));
  lines.push(`at most ${fleet.inFlight.maximum()} in flight`);
  await fleet.stop();
  expect(failures).toEqual([]);
  // What is under way in the carrier still arrives, after the end.
  return [...lines];
}

describe('one run in any number of shards', () => {
  test('gives one journal', async () => {
    const one = await journalOf(1);
    expect(one.filter((line) => line.includes(' last-gasp ')).length).toBeGreaterThan(20);
    expect(one.filter((line) => line.includes(' restoration ')).length).toBeGreaterThan(20);
    expect(await journalOf(2)).toEqual(one);
    expect(await journalOf(3)).toEqual(one);
  });

  test('control: another seed gives another', async () => {
    expect(await journalOf(1, 2)).not.toEqual(await journalOf(1, 1));
  });
});

test('fresh meters are dark until their mains are closed', async () => {
  const { scheduler, fleet, host } = memoryFleet({ meters: 3 });
  await fleet.start();
  await scheduler.sleepUntil(600 * S);
  expect(host.heard).toEqual([]);
  await fleet.command(MAINS_ON);
  await scheduler.sleepUntil(700 * S);
  expect(new Set(host.heard.map(({ index }) => index))).toEqual(new Set([0, 1, 2]));
});

test('placed meters have power from the start, and register at once', async () => {
  const { scheduler, fleet, host } = memoryFleet({ meters: 3, commissioned: 'placed' });
  await fleet.start();
  await scheduler.sleepUntil(60 * S);
  expect(host.heard.filter(({ kind }) => kind === 'registration')).toHaveLength(3);
  expect(host.heard.filter(({ kind }) => kind === 'auto-configuration')).toEqual([]);
});

test('meters that have been in service gasp at once: their storage is full, until it is drained', async () => {
  const { scheduler, fleet } = memoryFleet({ meters: 10, commissioned: 'provisioned' });
  const gasped: number[] = [];
  fleet.onMessages((index, _atNs, _intendedAtNs, kind) => {
    if (kind === 'last-gasp') gasped.push(index);
  });
  await fleet.start();
  // Booted, and far from the 60 s that mains need to fill an empty storage.
  await scheduler.sleepUntil(5 * S);
  await fleet.command({ kind: 'interrupt', selection: ALL, forNs: 60 * S });
  await scheduler.sleepUntil(64 * S);
  expect(gasped).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // Control: the second outage comes five seconds after the first.
  await scheduler.sleepUntil(70 * S);
  await fleet.command({ kind: 'mains', energised: false, selection: ALL });
  await scheduler.sleepUntil(150 * S);
  expect(gasped).toHaveLength(10);
});

test('a snapshot has the fields of its contract, in the order of the selection', async () => {
  const { scheduler, fleet } = memoryFleet({ meters: 10, shards: 3 });
  await fleet.start();
  await fleet.command(MAINS_ON);
  await scheduler.sleepUntil(100 * S);
  const selection = {
    name: 'back and forth',
    ranges: [
      { first: 7, count: 3, stride: 1 },
      { first: 0, count: 4, stride: 2 },
    ],
  };
  const rows = await fleet.snapshot(selection);
  const indexes = [7, 8, 9, 0, 2, 4, 6];
  expect(rows.map(({ serial }) => serial)).toEqual(
    indexes.map((index) => testIdentity(index).serial),
  );
  const types = { text: 'string', flag: 'boolean', count: 'number', ns: 'number' } as const;
  for (const row of rows) {
    expect(Object.keys(row).toSorted()).toEqual(Object.keys(SNAPSHOT_FIELDS.meter).toSorted());
    for (const [name, type] of Object.entries(SNAPSHOT_FIELDS.meter)) {
      expect([name, typeof row[name]]).toEqual([name, types[type]]);
    }
  }
});

test('a tap tells how a meter came to be placed', async () => {
  const { scheduler, fleet } = memoryFleet({ meters: 1, carrier: carrier('gprs-urban') });
  await fleet.start();
  await fleet.command(MAINS_ON);
  await scheduler.sleepUntil(100 * S);
  const [row] = await fleet.snapshot(some(0, 1));
  expect(row).toMatchObject({
    state: 'placed',
    autoConfigurations: 1,
    registrations: 1,
    confirmations: 1,
    parametersSet: 6,
    firstTransaction: 'write-parameter',
    transactionsBeforeVersion: 6,
    transactions: Array.from({ length: 6 }, () => 'write-parameter').join(', '),
    apdusRefused: 0,
    schedules: 0,
    thresholds: 0,
  });
  const instants = [
    'firstAutoConfigurationAt',
    'lastParameterAt',
    'firstRegistrationAt',
    'registeredAt',
  ].map((name) => row?.[name]);
  expect(instants).toEqual(instants.toSorted((one, other) => Number(one) - Number(other)));
  expect(instants[0]).toBeGreaterThan(0);
  expect(row?.['confirmedAt']).toBe(row?.['registeredAt']);
});

test('what a tap counts begins anew when it is reset', async () => {
  const { scheduler, fleet, host } = memoryFleet({ meters: 2 });
  await fleet.start();
  await fleet.command(MAINS_ON);
  await scheduler.sleepUntil(100 * S);
  await fleet.command({ kind: 'reset-witness', selection: some(0, 1) });
  for (const index of [0, 1]) {
    host.ask('head-end', index, { kind: 'read-settings' });
    await scheduler.sleepUntil(scheduler.nowNs() + S);
    host.ask('head-end', index, { kind: 'get-version' });
    await scheduler.sleepUntil(scheduler.nowNs() + S);
    host.ask('head-end', index, { kind: 'read-coverage' });
  }
  await scheduler.sleepUntil(scheduler.nowNs() + S);
  const rows = await fleet.snapshot(some(0, 2));
  expect(rows[0]).toMatchObject({
    transactions: 'read-settings, get-version, read-coverage',
    firstTransaction: 'read-settings',
    transactionsBeforeVersion: 1,
  });
  expect(rows[1]).toMatchObject({
    firstTransaction: 'write-parameter',
    transactionsBeforeVersion: 7,
  });
});

test('a push is timed from the end of its interval by the meter’s clock', async () => {
  const { scheduler, fleet, host } = memoryFleet({ meters: 5 });
  await fleet.start();
  await fleet.command(MAINS_ON);
  await scheduler.sleepUntil(100 * S);
  for (let index = 0; index < 5; index++) {
    host.ask('head-end', index, { kind: 'configure-intervals', intervalMinutes: 15 });
    host.ask('head-end', index, { kind: 'configure-push', everyMinutes: 15 });
  }
  await scheduler.sleepUntil(3_700 * S);
  for (const row of await fleet.snapshot(some(0, 5))) {
    expect(row['pushes']).toBeGreaterThanOrEqual(3);
    expect(row['earliestPush']).toBeGreaterThanOrEqual(0);
    expect(row['latestPush']).toBeLessThan(60 * S);
    expect(row['schedules']).toBe(1);
  }
});

/** Four meters that are placed, and what was heard until then forgotten. */
async function placed() {
  const parts = memoryFleet({ meters: 4 });
  await parts.fleet.start();
  await parts.fleet.command(MAINS_ON);
  await parts.scheduler.sleepUntil(100 * S);
  parts.host.heard.length = 0;
  return parts;
}

describe('what is done to links and answers', () => {
  test('a cut link lets nothing through in either direction, a joined one does', async () => {
    const { scheduler, fleet, host } = await placed();
    await fleet.command({ kind: 'link', selection: some(1, 1), to: 'head-end', up: false });
    for (const index of [0, 1]) host.ask('head-end', index, { kind: 'get-version' });
    await scheduler.sleepUntil(300 * S);
    expect(host.heard.filter(({ index }) => index === 1)).toEqual([]);
    expect(host.heard.filter(({ index, kind }) => index === 0 && kind === 'answer')).toHaveLength(
      1,
    );
    expect((await fleet.snapshot(some(1, 1)))[0]?.['transactionsBeforeVersion']).toBe(6);
    await fleet.command({ kind: 'link', selection: some(1, 1), to: 'both', up: true });
    await scheduler.sleepUntil(400 * S);
    expect(host.heard.filter(({ index }) => index === 1).length).toBeGreaterThan(0);
  });

  test('a link to one server is cut without the other', async () => {
    const { scheduler, fleet, host } = await placed();
    const selection = some(2, 1);
    await fleet.command({ kind: 'link', selection, to: 'configuration-server', up: false });
    host.ask('configuration-server', 2, { kind: 'get-version' });
    host.ask('head-end', 2, { kind: 'get-version' });
    await scheduler.sleepUntil(101 * S);
    expect(host.heard.filter(({ kind }) => kind === 'answer').map(({ to }) => to)).toEqual([
      'head-end',
    ]);
  });

  test('a held answer leaves when its time has come, others at once', async () => {
    const { scheduler, fleet, host } = await placed();
    const untilNs = scheduler.nowNs() + 1_800 * S;
    const held = { selection: some(0, 2), transaction: 'get-version', untilNs } as const;
    await fleet.command({ kind: 'hold-answer', ...held });
    host.ask('head-end', 0, { kind: 'get-version' });
    host.ask('head-end', 1, { kind: 'read-coverage' });
    host.ask('head-end', 2, { kind: 'get-version' });
    const answered = (): number[] =>
      host.heard.filter(({ kind }) => kind === 'answer').map(({ index }) => index);
    await scheduler.sleepUntil(untilNs - 1);
    expect(answered()).toEqual([1, 2]);
    await scheduler.sleepUntil(untilNs);
    expect(answered()).toEqual([1, 2, 0]);
  });

  test('a spoilt identity is told with a wrong check digit', async () => {
    const { fleet } = await placed();
    await fleet.command({ kind: 'spoil-identity', selection: some(3, 1) });
    const rows = await fleet.snapshot(some(0, 4));
    const told = rows.map(({ iccId }) => iccId);
    const right = [0, 1, 2, 3].map((index) => testIdentity(index).iccId);
    expect(told.slice(0, 3)).toEqual(right.slice(0, 3));
    expect(told[3]).not.toBe(right[3]);
  });
});

test('a meter has a new address after each outage, and none answers at the old one', async () => {
  const { scheduler, fleet, network, host } = memoryFleet({ meters: 1 });
  await fleet.start();
  await fleet.command(MAINS_ON);
  await scheduler.sleepUntil(100 * S);
  const old = host.ask('head-end', 0, { kind: 'get-version' });
  await fleet.command({ kind: 'interrupt', selection: ALL, forNs: 300 * S });
  await scheduler.sleepUntil(600 * S);
  host.heard.length = 0;
  const present = host.ask('head-end', 0, { kind: 'get-version' });
  expect(present).not.toBe(old);
  await scheduler.sleepUntil(601 * S);
  expect(host.heard.filter(({ kind }) => kind === 'answer')).toHaveLength(1);
  expect(() => network.send('head-end', '192.0.2.9', new Uint8Array())).toThrow('192.0.2.9');
});
