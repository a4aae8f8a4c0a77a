import type { NorthboundEvent } from '../../devices/domain/northbound.ts';
import { createMemoryStore } from '../../devices/head-end/memory-store.ts';
import type { HeadEndParameters } from '../../devices/head-end/parameters.ts';
import type { HeadEndRules } from '../../devices/head-end/rules/index.ts';
import type { HeadEndStore, ServerName } from '../../devices/head-end/store.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import type { Northbound } from '../port/northbound.ts';
import { Hosts } from './hosts.ts';
import { LocalNorthbound } from './local-northbound.ts';
import type { KnownFleet } from './test-fleet.ts';
import type { TestLanguage } from './test-language.ts';

export interface InProcessHeadEndOptions {
  readonly scheduler: Scheduler;
  readonly language: TestLanguage;
  readonly fleet: KnownFleet;
  readonly rules?: Partial<HeadEndRules>;
  readonly parameters?: Partial<HeadEndParameters>;
  /** Left out, an empty one. */
  readonly store?: HeadEndStore;
  /** The way to the meters: an address is one that `receive` was given. */
  readonly send: (from: ServerName, address: string, bytes: Uint8Array) => void;
}

type Listener = (event: NorthboundEvent, receivedAtNs: number) => void;

/**
 * The reference head-end and its configuration server in this process, driven by a scheduler:
 * the same calls at the same instants give the same bytes.
 */
export class InProcessHeadEnd extends LocalNorthbound implements Northbound {
  readonly #hosts: Hosts;
  readonly #listeners: Set<Listener>;

  constructor(options: InProcessHeadEndOptions) {
    const { scheduler, language, fleet, rules, parameters, store, send } = options;
    const listeners = new Set<Listener>();
    const hosts = new Hosts({
      scheduler,
      store: store ?? createMemoryStore(),
      // What this store holds lives as long as the process does.
      commit: () => {},
      language,
      fleet,
      ...(rules && { rules }),
      ...(parameters && { parameters }),
      send: ({ server, address, bytes }) => send(server, address, bytes),
      publish: (event) => {
        for (const listener of listeners) listener(event, scheduler.nowNs());
      },
    });
    super('reference head-end, in process', hosts);
    this.#hosts = hosts;
    this.#listeners = listeners;
  }

  /** Takes an APDU from a meter; `from` is an address to answer to. */
  receive(to: ServerName, from: string, bytes: Uint8Array): void {
    this.#hosts.turn(() => this.#hosts.receive(to, from, bytes));
  }

  /** Both clocks are the scheduler's: the offset is known exactly. */
  clockOffset() {
    return Promise.resolve({ offsetNs: this.clockSkewNs(), uncertaintyNs: 0 });
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Nothing of it happens any more by itself. */
  close(): Promise<void> {
    this.#hosts.close();
    return Promise.resolve();
  }
}
