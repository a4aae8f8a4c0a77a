import type { MeterRecord } from '../domain/northbound.ts';
import { ApTitle } from '../protocol/c12-22/ap-title.ts';
import type { HeadEndStore, ManifestEntry, MasterListRow } from './store.ts';

/** A serial number was asked for that the head-end was never told of. */
export class NotInManifest extends Error {
  readonly serial: string;
  constructor(serial: string) {
    super(`meter ${serial} is not in the manifest of the head-end`);
    this.name = 'NotInManifest';
    this.serial = serial;
  }
}

/** A meter of the manifest with its title in a form that can be sent and compared. */
export interface ListedMeter {
  readonly title: ApTitle;
  readonly entry: ManifestEntry;
}

/** Meters by serial number and by title, and what is on record about them. */
export class MasterList {
  readonly #store: HeadEndStore;
  readonly #bySerial = new Map<string, ListedMeter>();
  readonly #byTitle = new Map<string, ListedMeter>();
  /** Rows under each serial number: more than one is a fault, and must show. REG-06 */
  readonly #rows = new Map<string, number>();

  constructor(store: HeadEndStore) {
    this.#store = store;
    for (const [, entry] of store.manifest.entries()) this.#keep(entry);
    for (const [, { serial }] of store.masterList.entries()) {
      this.#rows.set(serial, this.rows(serial) + 1);
    }
  }

  /** Adds a meter, unless it is there already. @throws CodecError when its title is none */
  add(entry: ManifestEntry): void {
    if (this.#bySerial.has(entry.serial)) return;
    this.#keep(entry);
    if (this.#store.manifest.get(entry.serial) === undefined) {
      this.#store.manifest.put(entry.serial, entry);
    }
  }

  setPin(serial: string, pinIsRight: boolean): void {
    const entry = { ...this.entry(serial), pinIsRight };
    this.#keep(entry);
    this.#store.manifest.put(serial, entry);
  }

  /** @throws NotInManifest */
  meter(serial: string): ListedMeter {
    const meter = this.#bySerial.get(serial);
    if (meter === undefined) throw new NotInManifest(serial);
    return meter;
  }

  /** @throws NotInManifest */
  entry(serial: string): ManifestEntry {
    return this.meter(serial).entry;
  }

  byTitle(title: ApTitle): ListedMeter | undefined {
    return this.#byTitle.get(keyOf(title));
  }

  bySerial(serial: string): ListedMeter | undefined {
    return this.#bySerial.get(serial);
  }

  rows(serial: string): number {
    return this.#rows.get(serial) ?? 0;
  }

  /** The newest row; one of an unknown meter when there is none. @throws NotInManifest */
  row(serial: string): MasterListRow {
    const { apTitle } = this.entry(serial);
    return this.#store.masterList.get(rowKey(serial, this.rows(serial))) ?? blank(serial, apTitle);
  }

  /** Writes the newest row, or one more. */
  save(row: MasterListRow, how: 'update' | 'create' = 'update'): void {
    const ordinal =
      how === 'create' ? this.rows(row.serial) + 1 : Math.max(1, this.rows(row.serial));
    this.#rows.set(row.serial, ordinal);
    this.#store.masterList.put(rowKey(row.serial, ordinal), row);
  }

  /** As it is told northbound. @throws NotInManifest */
  record(serial: string): MeterRecord {
    return {
      ...this.row(serial),
      records: this.rows(serial),
      address: this.#store.addresses.get(`head-end/${serial}`) ?? null,
    };
  }

  #keep(entry: ManifestEntry): void {
    const meter = { title: ApTitle.of(entry.apTitle), entry };
    this.#bySerial.set(entry.serial, meter);
    this.#byTitle.set(keyOf(meter.title), meter);
  }
}

/** One text for all forms of a title: cheaper than its arcs, and looked up for every message. */
function keyOf(title: ApTitle): string {
  return String.fromCharCode(...title.absolute);
}

function rowKey(serial: string, ordinal: number): string {
  return `${serial}#${ordinal}`;
}

function blank(serial: string, apTitle: string): MasterListRow {
  return {
    serial,
    apTitle,
    state: 'unknown',
    groups: [],
    identity: null,
    registrations: 0,
    firstRegisteredAtMs: null,
    lastRegisteredAtMs: null,
    reports: 0,
    lastReportAtMs: null,
    settings: null,
    coverage: null,
  };
}
