import type { NorthboundEvent, ProvisioningRecord } from '../domain/northbound.ts';
import { NS_PER_MS } from '../domain/time.ts';
import type { MasterList } from './master-list.ts';
import type { HeadEndRules } from './rules/index.ts';
import type { HeadEndStore } from './store.ts';

type Body<E> = E extends NorthboundEvent ? Omit<E, 'eventNumber' | 'publishedAtMs'> : never;
type EventBody = Body<NorthboundEvent>;

/** The head-end's clock, whole milliseconds, when the host's shows `nowMs`. */
export function stampMs(skewNs: number, nowMs: number): number {
  return nowMs + Math.floor(skewNs / NS_PER_MS);
}

/** The head-end's clock and all that it notes by it: the event search and what goes northbound. */
export class Chronicle {
  readonly #store: HeadEndStore;
  readonly #rules: HeadEndRules;
  readonly #list: MasterList;
  readonly #publish: (event: NorthboundEvent) => void;
  #skewNs: number;

  constructor(
    store: HeadEndStore,
    rules: HeadEndRules,
    list: MasterList,
    publish: (event: NorthboundEvent) => void,
  ) {
    this.#store = store;
    this.#rules = rules;
    this.#list = list;
    this.#publish = publish;
    this.#skewNs = store.clockSkewNs.get('skew') ?? 0;
  }

  /** Head-end's clock minus the host's. */
  get skewNs(): number {
    return this.#skewNs;
  }

  setSkew(skewNs: number): void {
    this.#skewNs = skewNs;
    this.#store.clockSkewNs.put('skew', skewNs);
  }

  /** What records are stamped with. */
  stampMs(nowMs: number): number {
    return stampMs(this.#skewNs, nowMs);
  }

  /** What modules are told. */
  clock(nowMs: number, belowMsNs: number): { utcMs: number; belowMsNs: number } {
    return this.#rules.clockReference(this.#skewNs, nowMs, belowMsNs);
  }

  /** Notes something about a meter for the event search. PRV-07 */
  log(nowMs: number, serial: string, what: string): void {
    const { loggedEvents } = this.#store;
    loggedEvents.append({
      eventId: loggedEvents.length + 1,
      atMs: this.stampMs(nowMs),
      serial,
      what,
    });
  }

  /** Sends an event northbound. It leaves by the host's clock, by which its delay is measured. */
  publish(nowMs: number, body: EventBody): void {
    const { published } = this.#store;
    const event = { eventNumber: published.newest + 1, publishedAtMs: nowMs, ...body };
    published.append(event);
    this.#publish(event);
  }

  publishRecord(nowMs: number, serial: string): void {
    this.publish(nowMs, { type: 'record', record: this.#list.record(serial) });
  }

  publishProvisioning(nowMs: number, provisioning: ProvisioningRecord): void {
    this.publish(nowMs, { type: 'provisioning', provisioning });
  }
}
