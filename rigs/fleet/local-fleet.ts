import type { MeterRules } from '../../devices/meter/rules/index.ts';
import { joinedPayloads, type PayloadCount } from '../../devices/domain/payload.ts';
import { testIdentity } from '../../devices/domain/identity.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import { type TestLanguage, testLanguage } from '../head-end/test-language.ts';
import type { FleetDescription, FleetHealth, Selection } from '../port/fleet.ts';
import type { Fleet, InFlightGauge, MessageListener, MeterFields, ShardCommand } from './fleet.ts';
import type { MemoryNetwork } from './memory-network.ts';
import { type MeterRange, partition } from './partition.ts';
import { Shard } from './shard.ts';
import { inOrderOf } from './shard-rows.ts';
import { OrderedWakes } from './wakes.ts';

export interface LocalFleetOptions {
  readonly description: FleetDescription;
  readonly seed: number;
  /** How many tables the meters are kept in; nothing but memory may depend on it. */
  readonly shards: number;
  readonly scheduler: Scheduler;
  readonly network: MemoryNetwork;
  readonly rules: MeterRules;
  /** That of the head-end in the same process, so that each key's schedule is kept once; C12.22. */
  readonly language?: TestLanguage;
}

/** With built-in test keys, and only in simulated time, IVs begin anew with each run. */
const IVS = { base: 1, size: 0xffff_ffff } as const;

/** A fleet in this thread, in simulated time. */
export class LocalFleet implements Fleet {
  readonly inFlight: InFlightGauge;
  readonly #options: LocalFleetOptions;
  readonly #ranges: readonly MeterRange[];
  readonly #shards: readonly Shard[];
  readonly #listeners = new Set<MessageListener>();

  constructor(options: LocalFleetOptions) {
    const { description, seed, scheduler, network, rules } = options;
    const language = (options.language ?? testLanguage('c12-22')).module;
    this.#options = options;
    this.inFlight = network.inFlight;
    this.#ranges = partition(description.meters, options.shards, 0);
    this.#shards = this.#ranges.map(
      (range) =>
        new Shard({
          ...range,
          seed,
          profile: description.profile,
          rules,
          commissioned: description.commissioned,
          scheduler,
          network: network.carrier,
          language,
          identityOf: testIdentity,
          ivs: IVS,
          isWatched: true,
          wakes: (wake) => new OrderedWakes(scheduler, range.firstIndex, range.count, wake),
          onMessage: (...message) => {
            for (const listener of this.#listeners) listener(...message);
          },
        }),
    );
    network.joinModules((index, bytes) => this.#shardOf(index).receive(index, bytes));
  }

  start(): Promise<void> {
    for (const shard of this.#shards) shard.start();
    return Promise.resolve();
  }

  command(command: ShardCommand): Promise<void> {
    for (const shard of this.#shards) shard.command(command);
    return Promise.resolve();
  }

  snapshot(selection: Selection): Promise<readonly MeterFields[]> {
    const rows = this.#shards.map((shard) => shard.snapshot(selection));
    return Promise.resolve(inOrderOf(selection, this.#ranges, rows));
  }

  payloads(): Promise<readonly PayloadCount[]> {
    return Promise.resolve(joinedPayloads(this.#shards.map((shard) => shard.payloads())));
  }

  onMessages(listener: MessageListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Simulated time waits for everybody: nothing is ever late in it. */
  health(): Promise<FleetHealth> {
    const { sent, received } = this.#options.network.counts;
    return Promise.resolve({
      generatorLagP99Ns: 0,
      generatorLagMaximumNs: 0,
      observerLagP99Ns: 0,
      observerLagMaximumNs: 0,
      eventLoopLagP99Ns: 0,
      rssBytes: process.memoryUsage.rss(),
      offered: sent,
      achieved: sent,
      received,
      series: [],
    });
  }

  stop(): Promise<void> {
    for (const shard of this.#shards) shard.stop();
    this.#listeners.clear();
    return Promise.resolve();
  }

  #shardOf(index: number): Shard {
    const place = this.#ranges.findIndex(
      ({ firstIndex, count }) => index >= firstIndex && index < firstIndex + count,
    );
    const shard = this.#shards[place];
    if (shard === undefined) throw new RangeError(`fleet: there is no meter ${index}`);
    return shard;
  }
}
