import { DatabaseSync } from 'node:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  Alarm,
  IntervalReading,
  NorthboundEvent,
} from '../../../devices/domain/northbound.ts';
import { createMemoryStore } from '../../../devices/head-end/memory-store.ts';
import type { ManifestEntry } from '../../../devices/head-end/store.ts';
import { type DurableStore, openSqliteStore } from '../../../rigs/head-end/sqlite-store.ts';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterbench-store-'));
  path = join(folder, 'head-end.sqlite');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function entry(index: number): ManifestEntry {
  return { serial: `6000${index}`, apTitle: `.1.${index}`, index, pinIsRight: true };
}

function reading(endMinutes: number): IntervalReading {
  const block = { endMinutes, intervalMinutes: 15, pulses: [1, 2], status: [0, 0] };
  return { serial: '60001', ...block, registerPulses: 3, receivedAtMs: 5, by: 'push' };
}

function alarm(alarmId: number, serial: string): Alarm {
  const outage = { outageId: `${serial}/1`, pairsWith: null, deviationNs: null };
  return { alarmId, kind: 'last-gasp', serial, occurredAtMs: 1, receivedAtMs: 2, ...outage };
}

function event(eventNumber: number): NorthboundEvent {
  const raised = alarm(eventNumber, '60001');
  return { eventNumber, publishedAtMs: 7, type: 'alarm', alarm: raised };
}

/** Opens the file anew, without a commit before. */
function reopened(store: DurableStore): DurableStore {
  store.close();
  return openSqliteStore(path);
}

const KINDS = [
  'memory',
  'SQLite in memory',
  'SQLite on disk',
  'SQLite on disk, committed',
] as const;

function storeOf(kind: (typeof KINDS)[number]): DurableStore {
  if (kind === 'memory') return { ...createMemoryStore(), commit: () => {}, close: () => {} };
  return openSqliteStore(kind === 'SQLite in memory' ? ':memory:' : path);
}

describe.each(KINDS)('a store (%s)', (kind) => {
  let store: DurableStore;
  const settle = (): void => {
    if (kind.endsWith('committed')) store.commit();
  };

  beforeEach(() => {
    store = storeOf(kind);
  });

  afterEach(() => store.close());

  test('gives back what was put, the newest of each key, in the order of first puts', () => {
    for (const index of [3, 1, 2]) store.manifest.put(entry(index).serial, entry(index));
    settle();
    const changed = { ...entry(3), pinIsRight: false };
    store.manifest.put(changed.serial, changed);
    settle();
    expect(store.manifest.get('60003')).toEqual(changed);
    expect(store.manifest.get('60009')).toBeUndefined();
    expect([...store.manifest.entries()].map(([serial]) => serial)).toEqual([
      '60003',
      '60001',
      '60002',
    ]);
  });

  test('keeps readings, changed or not', () => {
    store.readings.put('a', reading(15));
    settle();
    store.readings.put('b', reading(30));
    store.readings.put('a', reading(45));
    settle();
    expect([...store.readings.entries()]).toEqual([
      ['a', reading(45)],
      ['b', reading(30)],
    ]);
    expect(store.readings.get('a')).toEqual(reading(45));
    expect(store.readings.get('c')).toBeUndefined();
  });

  test('keeps the log of each meter in order', () => {
    store.alarms.append(alarm(1, '60001'));
    settle();
    store.alarms.append(alarm(2, '60002'));
    store.alarms.append(alarm(3, '60001'));
    settle();
    expect(store.alarms.length).toBe(3);
    expect(store.alarms.of('60001').map(({ alarmId }) => alarmId)).toEqual([1, 3]);
    expect(store.alarms.of('60003')).toEqual([]);
  });

  test('tells what was published since a number', () => {
    expect(store.published.newest).toBe(0);
    store.published.append(event(1));
    store.published.append(event(2));
    settle();
    store.published.append(event(3));
    settle();
    expect(store.published.newest).toBe(3);
    expect([...store.published.since(1)]).toEqual([event(2), event(3)]);
    expect([...store.published.since(3)]).toEqual([]);
  });
});

describe('a store on disk', () => {
  test('holds after its end what was committed, and nothing else', () => {
    let store = openSqliteStore(path);
    store.reservedIvs.put('head-end/60001', 65);
    store.campaigns.put(7, { ...CAMPAIGN, campaignId: 7 });
    store.alarms.append(alarm(1, '60001'));
    store.published.append(event(1));
    store.readings.put('a', reading(15));
    store.commit();
    store.reservedIvs.put('head-end/60001', 129);
    store.alarms.append(alarm(2, '60001'));
    store.published.append(event(2));
    store.readings.put('a', reading(30));
    store = reopened(store);
    expect(store.reservedIvs.get('head-end/60001')).toBe(65);
    // Keys that are numbers come back as numbers.
    expect([...store.campaigns.entries()].map(([key]) => key)).toEqual([7]);
    expect(store.alarms.of('60001')).toEqual([alarm(1, '60001')]);
    expect([store.alarms.length, store.published.newest]).toEqual([1, 1]);
    expect(store.readings.get('a')).toEqual(reading(15));
    store.close();
  });

  test('goes on counting where it left off', () => {
    let store = openSqliteStore(path);
    store.published.append(event(1));
    store.commit();
    store = reopened(store);
    store.published.append(event(2));
    store.commit();
    store = reopened(store);
    expect([...store.published.since(0)]).toEqual([event(1), event(2)]);
    store.close();
  });

  test('is refused while another head-end has it, and named', () => {
    const store = openSqliteStore(path);
    store.commit();
    expect(() => openSqliteStore(path)).toThrow(
      `store ${path}: cannot be opened (database is locked)`,
    );
    store.close();
    openSqliteStore(path).close();
  });

  test('is refused when it is of another format', () => {
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openSqliteStore(path)).toThrow('format 1 wanted, 99 found');
  });

  test('is refused when there is no such folder', () => {
    expect(() => openSqliteStore(join(folder, 'none', 'x'))).toThrow('cannot be opened');
  });
});

const CAMPAIGN = {
  campaignId: 1,
  meters: 1,
  clusters: 1,
  clusterSize: 1,
  concurrency: 1,
  startedAtMs: 1,
  endedAtMs: null,
  read: 0,
  failed: 0,
};
