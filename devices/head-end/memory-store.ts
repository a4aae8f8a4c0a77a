import type { NorthboundEvent } from '../domain/northbound.ts';
import type { Collection, HeadEndStore, MeterLog, PublishedLog } from './store.ts';

/** Events kept for latecomers. In simulated time nobody comes late; a bound keeps long runs small. */
const PUBLISHED_KEPT = 10_000;

class MemoryCollection<K extends string | number, V> implements Collection<K, V> {
  readonly #values = new Map<K, V>();

  get(key: K): V | undefined {
    return this.#values.get(key);
  }

  put(key: K, value: V): void {
    this.#values.set(key, value);
  }

  entries(): Iterable<readonly [K, V]> {
    return this.#values.entries();
  }
}

class MemoryMeterLog<V extends { readonly serial: string }> implements MeterLog<V> {
  readonly #bySerial = new Map<string, V[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(entry: V): void {
    this.#length++;
    const entries = this.#bySerial.get(entry.serial);
    if (entries === undefined) this.#bySerial.set(entry.serial, [entry]);
    else entries.push(entry);
  }

  of(serial: string): readonly V[] {
    return this.#bySerial.get(serial) ?? [];
  }
}

class MemoryPublishedLog implements PublishedLog {
  #events: NorthboundEvent[] = [];

  get newest(): number {
    return this.#events.at(-1)?.eventNumber ?? 0;
  }

  append(event: NorthboundEvent): void {
    this.#events.push(event);
    if (this.#events.length > 2 * PUBLISHED_KEPT) {
      this.#events = this.#events.slice(-PUBLISHED_KEPT);
    }
  }

  since(eventNumber: number): Iterable<NorthboundEvent> {
    return this.#events.filter((event) => event.eventNumber > eventNumber);
  }
}

/** A store that lives as long as the process: for simulated time and tests. */
export function createMemoryStore(): HeadEndStore {
  return {
    manifest: new MemoryCollection(),
    masterList: new MemoryCollection(),
    addresses: new MemoryCollection(),
    provisionings: new MemoryCollection(),
    configurations: new MemoryCollection(),
    campaignOrders: new MemoryCollection(),
    campaigns: new MemoryCollection(),
    readings: new MemoryCollection(),
    replayWindows: new MemoryCollection(),
    reservedIvs: new MemoryCollection(),
    counters: new MemoryCollection(),
    clockSkewNs: new MemoryCollection(),
    alarms: new MemoryMeterLog(),
    loggedEvents: new MemoryMeterLog(),
    published: new MemoryPublishedLog(),
  };
}
