/** What the head-end remembers, in SQLite: whatever was committed survives the process. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { messageOf } from '../../devices/domain/error-text.ts';
import type { IntervalReading, NorthboundEvent } from '../../devices/domain/northbound.ts';
import type {
  Collection,
  HeadEndStore,
  MeterLog,
  PublishedLog,
} from '../../devices/head-end/store.ts';
import { BenchError } from '../port/bench.ts';

/** A store whose changes become durable together. */
export interface DurableStore extends HeadEndStore {
  /** Makes everything durable that was put since the last commit. */
  commit(): void;
  /** Ends its use; what was not committed is gone. */
  close(): void;
}

/** Raised when a table changes its meaning: an older store is refused, not misread. */
const FORMAT = 1;
/** For another process that still holds the file, such as one that is being killed. */
const BUSY_TIMEOUT_MS = 1_000;

/** One table, which collects its changes and writes them into a transaction when it is told to. */
interface Table {
  readonly isChanged: boolean;
  flush(): void;
}

/**
 * Opens a store, or makes one.
 * @param path a file, or ':memory:'
 * @throws BenchError when the file is held by another process, or no store of this format
 */
export function openSqliteStore(path: string): DurableStore {
  try {
    return storeOver(openDatabase(path));
  } catch (error) {
    throw new BenchError('head-end', `store ${path}: cannot be opened (${messageOf(error)})`, {
      cause: error,
    });
  }
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // Exclusive: two head-ends on one store would each reserve the same IVs.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL');
    // Each commit reaches the disk: an acknowledged alarm survives a power cut too.
    database.exec('PRAGMA synchronous = FULL');
    const format = database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (format !== 0 && format !== FORMAT) {
      throw new Error(`format ${FORMAT} wanted, ${String(format)} found`);
    }
    database.exec(`PRAGMA user_version = ${FORMAT}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function storeOver(database: DatabaseSync): DurableStore {
  const tables: Table[] = [];
  const added = <T extends Table>(table: T): T => {
    tables.push(table);
    return table;
  };
  const resident = <K extends string | number, V>(name: string): Collection<K, V> =>
    added(new SqliteCollection<K, V>(database, name, 'all in memory'));
  const log = <V extends { readonly serial: string }>(name: string): MeterLog<V> =>
    added(new SqliteMeterLog<V>(database, name));
  const store: HeadEndStore = {
    manifest: resident('manifest'),
    masterList: resident('master_list'),
    addresses: resident('addresses'),
    provisionings: resident('provisionings'),
    configurations: resident('configurations'),
    campaignOrders: resident('campaign_orders'),
    campaigns: resident('campaigns'),
    // These grow for as long as meters report, and are seldom looked at again.
    readings: added(
      new SqliteCollection<string, IntervalReading>(database, 'readings', 'changes in memory'),
    ),
    replayWindows: resident('replay_windows'),
    reservedIvs: resident('reserved_ivs'),
    counters: resident('counters'),
    clockSkewNs: resident('clock_skew_ns'),
    alarms: log('alarms'),
    loggedEvents: log('logged_events'),
    published: added(new SqlitePublishedLog(database)),
  };
  return {
    ...store,
    commit() {
      const changed = tables.filter((table) => table.isChanged);
      if (changed.length === 0) return;
      database.exec('BEGIN');
      for (const table of changed) table.flush();
      database.exec('COMMIT');
    },
    close: () => database.close(),
  };
}

/** Values by key. Changes are collected until the commit, so that a counter is written once. */
class SqliteCollection<K extends string | number, V> implements Collection<K, V>, Table {
  readonly #isResident: boolean;
  readonly #values = new Map<K, V>();
  readonly #changed = new Set<K>();
  readonly #select: StatementSync;
  readonly #selectAll: StatementSync;
  readonly #upsert: StatementSync;

  constructor(database: DatabaseSync, table: string, keeps: 'all in memory' | 'changes in memory') {
    this.#isResident = keeps === 'all in memory';
    // The place is the order in which keys were first put; a change keeps it.
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${table} (place INTEGER PRIMARY KEY, key UNIQUE NOT NULL, value TEXT NOT NULL)`,
    );
    this.#select = database.prepare(`SELECT value FROM ${table} WHERE key = ?`);
    this.#selectAll = database.prepare(`SELECT key, value FROM ${table} ORDER BY place`);
    this.#upsert = database.prepare(
      `INSERT INTO ${table} (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    );
    if (this.#isResident) for (const [key, value] of this.#stored()) this.#values.set(key, value);
  }

  get(key: K): V | undefined {
    const value = this.#values.get(key);
    if (value !== undefined || this.#isResident) return value;
    const row = this.#select.get(key);
    return row === undefined ? undefined : (valueOf(row) as V);
  }

  put(key: K, value: V): void {
    this.#values.set(key, value);
    this.#changed.add(key);
  }

  *entries(): Generator<readonly [K, V]> {
    if (this.#isResident) {
      yield* this.#values;
      return;
    }
    const fresh = new Map(this.#values);
    for (const [key, value] of this.#stored()) {
      yield [key, fresh.get(key) ?? value];
      fresh.delete(key);
    }
    yield* fresh;
  }

  get isChanged(): boolean {
    return this.#changed.size > 0;
  }

  flush(): void {
    for (const key of this.#changed) this.#upsert.run(key, JSON.stringify(this.#values.get(key)));
    this.#changed.clear();
    if (!this.#isResident) this.#values.clear();
  }

  *#stored(): Generator<readonly [K, V]> {
    for (const row of this.#selectAll.iterate()) yield [row['key'] as K, valueOf(row) as V];
  }
}

/** Entries about meters, on the disk alone. */
class SqliteMeterLog<V extends { readonly serial: string }> implements MeterLog<V>, Table {
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  #fresh: V[] = [];
  #length: number;

  constructor(database: DatabaseSync, table: string) {
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${table} (number INTEGER PRIMARY KEY, serial TEXT NOT NULL, value TEXT NOT NULL);
       CREATE INDEX IF NOT EXISTS ${table}_of ON ${table} (serial)`,
    );
    this.#insert = database.prepare(`INSERT INTO ${table} (serial, value) VALUES (?, ?)`);
    this.#select = database.prepare(`SELECT value FROM ${table} WHERE serial = ? ORDER BY number`);
    this.#length = Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  }

  get length(): number {
    return this.#length;
  }

  append(entry: V): void {
    this.#length++;
    this.#fresh.push(entry);
  }

  of(serial: string): readonly V[] {
    const stored = this.#select.all(serial).map((row) => valueOf(row) as V);
    return stored.concat(this.#fresh.filter((entry) => entry.serial === serial));
  }

  get isChanged(): boolean {
    return this.#fresh.length > 0;
  }

  flush(): void {
    for (const entry of this.#fresh) this.#insert.run(entry.serial, JSON.stringify(entry));
    this.#fresh = [];
  }
}

/** What left northbound, on the disk alone. */
class SqlitePublishedLog implements PublishedLog, Table {
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  #fresh: NorthboundEvent[] = [];
  #newest: number;

  constructor(database: DatabaseSync) {
    database.exec(
      'CREATE TABLE IF NOT EXISTS published (number INTEGER PRIMARY KEY, value TEXT NOT NULL)',
    );
    this.#insert = database.prepare('INSERT INTO published (number, value) VALUES (?, ?)');
    this.#select = database.prepare('SELECT value FROM published WHERE number > ? ORDER BY number');
    const last = database.prepare('SELECT max(number) AS n FROM published').get()?.['n'];
    this.#newest = Number(last ?? 0);
  }

  get newest(): number {
    return this.#newest;
  }

  append(event: NorthboundEvent): void {
    this.#newest = event.eventNumber;
    this.#fresh.push(event);
  }

  *since(eventNumber: number): Generator<NorthboundEvent> {
    for (const row of this.#select.iterate(eventNumber)) yield valueOf(row) as NorthboundEvent;
    yield* this.#fresh.filter((event) => event.eventNumber > eventNumber);
  }

  get isChanged(): boolean {
    return this.#fresh.length > 0;
  }

  flush(): void {
    for (const event of this.#fresh) this.#insert.run(event.eventNumber, JSON.stringify(event));
    this.#fresh = [];
  }
}

/** What a row holds: written by this file, as JSON. */
function valueOf(row: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(row['value'] as string);
}
