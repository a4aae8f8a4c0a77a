import type { NorthboundEvent } from '../../devices/domain/northbound.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { ConfigurationServer } from '../../devices/head-end/configuration-server.ts';
import { HeadEnd } from '../../devices/head-end/head-end.ts';
import type { TakenOverMeter } from '../../devices/head-end/registration.ts';
import type { HeadEndParameters } from '../../devices/head-end/parameters.ts';
import { HEAD_END_RULES, type HeadEndRules } from '../../devices/head-end/rules/index.ts';
import type { SendWhen } from '../../devices/head-end/southbound.ts';
import type { HeadEndStore, ServerName } from '../../devices/head-end/store.ts';
import type { Cancel, Scheduler } from '../clock/scheduler.ts';
import { type KnownFleet, takenOverMeters, TEST_CUSTOMER, testManifest } from './test-fleet.ts';
import { HEAD_END_TITLE, testPin } from './test-keys.ts';
import type { TestLanguage } from './test-language.ts';

/** At one instant whatever meters do comes first: an answer at 30:00.000 is in time. PRV-02 */
const WAKES_AFTER_METERS = Number.MAX_SAFE_INTEGER - 1;

/** Bytes that a server wants sent to an address it was given. */
export interface Datagram {
  readonly server: ServerName;
  readonly address: string;
  readonly bytes: Uint8Array;
}

export interface HostsOptions {
  /** The servers' time, and what wakes them. */
  readonly scheduler: Scheduler;
  readonly store: HeadEndStore;
  /** Makes everything durable that was put into the store. */
  readonly commit: () => void;
  readonly language: TestLanguage;
  readonly fleet: KnownFleet;
  readonly rules?: Partial<HeadEndRules>;
  readonly parameters?: Partial<HeadEndParameters>;
  readonly send: (datagram: Datagram) => void;
  /** Events that are durable, in order. */
  readonly publish: (event: NorthboundEvent) => void;
}

/**
 * The reference head-end and its configuration server over one store. Whatever they do is done in
 * turns: the work, one commit, then what waited for it. So nothing is acknowledged that could be
 * lost, and many messages share a commit.
 */
export class Hosts {
  readonly headEnd: HeadEnd;
  readonly #configurationServer: ConfigurationServer;
  readonly #options: HostsOptions;
  #stored: Datagram[] = [];
  #events: NorthboundEvent[] = [];
  #wake: { readonly atMs: number; readonly cancel: Cancel } | null = null;

  /** Takes up what the store holds, and goes on with it. */
  constructor(options: HostsOptions) {
    this.#options = options;
    const { store, language, parameters } = options;
    const rules = { ...HEAD_END_RULES, ...options.rules };
    const shared = { store, rules, pinOf: testPin, ...(parameters && { parameters }) };
    const outOf = (server: ServerName) => ({
      send: (address: string, bytes: Uint8Array, when: SendWhen) =>
        this.#send({ server, address, bytes }, when),
      publish: (event: NorthboundEvent) => this.#events.push(event),
    });
    this.headEnd = new HeadEnd({
      ...shared,
      language: language.host('head-end'),
      title: HEAD_END_TITLE,
      out: outOf('head-end'),
    });
    this.#configurationServer = new ConfigurationServer({
      ...shared,
      language: language.host('configuration-server'),
      customer: TEST_CUSTOMER,
      out: outOf('configuration-server'),
    });
    this.turn(() => this.#takeUp());
  }

  #takeUp(): void {
    const { fleet } = this.#options;
    const { nowMs } = this.now();
    const manifest = [...testManifest(fleet)];
    this.headEnd.addMeters(manifest);
    this.#configurationServer.addMeters(manifest);
    // After a restart what became of them stands in the store.
    const { northbound } = this.headEnd;
    const isNew = ({ identity }: TakenOverMeter): boolean =>
      northbound.records([identity.serial])[0]?.records === 0;
    this.headEnd.takeOver(nowMs, [...takenOverMeters(fleet, nowMs)].filter(isNew));
    this.headEnd.resume(nowMs);
    this.#configurationServer.resume(nowMs);
  }

  /** UTC as whole milliseconds and the rest: the scheduler's zero is a whole second. */
  now(): { readonly nowMs: number; readonly belowMsNs: number } {
    const { scheduler } = this.#options;
    const nowNs = scheduler.nowNs();
    const ms = Math.floor(nowNs / NS_PER_MS);
    return { nowMs: scheduler.startUtcMs + ms, belowMsNs: nowNs - ms * NS_PER_MS };
  }

  /** Does work on the servers as one turn. Turns are not nested. @throws what the work throws */
  turn<T>(work: () => T): T {
    try {
      return work();
    } finally {
      this.#options.commit();
      this.#release();
      this.#armWake();
    }
  }

  /** Takes an APDU that came; only in a turn. `from` is an address to answer to. */
  receive(to: ServerName, from: string, bytes: Uint8Array): void {
    const { nowMs, belowMsNs } = this.now();
    if (to === 'head-end') this.headEnd.receive(nowMs, belowMsNs, from, bytes);
    else this.#configurationServer.receive(nowMs, from, bytes);
  }

  /** Nothing is done any more by itself. */
  close(): void {
    this.#wake?.cancel();
    this.#wake = null;
  }

  /** Keeps one wake pending, at the instant that is wanted now. */
  #armWake(): void {
    const atMs = Math.min(this.headEnd.wakeAtMs(), this.#configurationServer.wakeAtMs());
    if (this.#wake?.atMs === atMs) return;
    this.close();
    if (atMs === Number.POSITIVE_INFINITY) return;
    const { scheduler } = this.#options;
    const atNs = (atMs - scheduler.startUtcMs) * NS_PER_MS;
    const cancel = scheduler.callAt(atNs, WAKES_AFTER_METERS, () => {
      this.#wake = null;
      this.turn(() => {
        const { nowMs } = this.now();
        this.headEnd.wake(nowMs);
        this.#configurationServer.wake(nowMs);
      });
    });
    this.#wake = { atMs, cancel };
  }

  #send(datagram: Datagram, when: SendWhen): void {
    if (when === 'at once') this.#options.send(datagram);
    else this.#stored.push(datagram);
  }

  #release(): void {
    const [stored, events] = [this.#stored, this.#events];
    this.#stored = [];
    this.#events = [];
    for (const datagram of stored) this.#options.send(datagram);
    for (const event of events) this.#options.publish(event);
  }
}
