import { USUAL_LANGUAGE } from '../../devices/domain/language.ts';
import { rmSync } from 'node:fs';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { build } from 'hdr-histogram-js';
import { Piscina } from 'piscina';
import { joinedPayloads, type PayloadCount } from '../../devices/domain/payload.ts';
import type { MessageKind } from '../../devices/domain/message.ts';
import type { Clock } from '../port/clock.ts';
import type { FleetDescription, FleetHealth, Selection } from '../port/fleet.ts';
import { CaptureFile } from '../wrap/capture-file.ts';
import type { IvBlock } from './counter-store.ts';
import type { Fleet, MessageListener, MeterFields, ShardCommand } from './fleet.ts';
import {
  eventLoopLagP99Ns,
  generatorHealth,
  type GeneratorTold,
  saidByKind,
  startEventLoopLag,
} from './generator-record.ts';
import { InFlight } from './in-flight.ts';
import { type MeterRange, partition } from './partition.ts';
import {
  readBatch,
  type RulesReference,
  type ShardReply,
  type ShardRequest,
  type ShardTask,
} from './shard-messages.ts';
import { inOrderOf } from './shard-rows.ts';
import type { UdpHosts } from './udp-link.ts';
import type { LinkName } from './udp-shard.ts';

export interface PiscinaFleetOptions {
  readonly description: FleetDescription;
  readonly seed: number;
  /** Worker threads at most; a cell of the carrier is never cut in two. */
  readonly shards: number;
  /** The run's clock in this thread, in wall time: the workers' clocks are the same. */
  readonly clock: Clock;
  /** How messages reach the servers; left out, as datagrams. */
  readonly link?: LinkName;
  /** Left out, each message is told of and kept for snapshots; else they are only counted. */
  readonly isWatched?: boolean;
  readonly hosts: UdpHosts;
  readonly ivs: IvBlock;
  readonly rules: RulesReference | null;
  /** Where the capture goes when the fleet has stopped; null for none. */
  readonly capturePath: string | null;
  /** A worker failed: our own fault. Whatever is asked from then on fails with it. */
  readonly onFailure: (error: Error) => void;
}

/** A thread that says nothing for so long is believed to hang. */
const ANSWER_WITHIN_MS = 60_000;

const WORKER = new URL('./worker.ts', import.meta.url);

type Ask = ShardRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;
type Answer = Extract<ShardReply, { readonly id: number }>;

/** A fleet in worker threads, in wall time, over UDP: one long task and one socket a thread. */
export class PiscinaFleet implements Fleet {
  readonly inFlight = new InFlight();
  readonly #options: PiscinaFleetOptions;
  readonly #ranges: readonly MeterRange[];
  readonly #pool: Piscina<ShardTask, void>;
  readonly #listeners = new Set<MessageListener>();
  readonly #observerLag = build();
  readonly #eventLoop = startEventLoopLag();
  #workers: readonly ShardWorker[] = [];
  #failure: Error | null = null;
  /** What the threads said at their end; null while they run. */
  #final: readonly GeneratorTold[] | null = null;

  constructor(options: PiscinaFleetOptions) {
    const { description, shards } = options;
    this.#options = options;
    this.#ranges = partition(description.meters, shards, description.carrier.metersPerCell);
    this.#pool = new Piscina<ShardTask, void>({
      filename: WORKER.href,
      minThreads: this.#ranges.length,
      maxThreads: this.#ranges.length,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      // With atomics a worker's event loop stops as soon as a task resolves.
      atomics: 'disabled',
    });
  }

  async start(): Promise<void> {
    const { clock } = this.#options;
    const zeroNs = process.hrtime.bigint() - BigInt(Math.round(clock.nowNs()));
    this.#workers = this.#ranges.map((range, place) => this.#startWorker(range, place, zeroNs));
    await Promise.all(this.#workers.map((worker) => worker.ready));
    await this.#askAll({ do: 'start' });
  }

  async command(command: ShardCommand): Promise<void> {
    await this.#askAll({ do: 'command', command });
  }

  async snapshot(selection: Selection): Promise<readonly MeterFields[]> {
    const answers = await this.#askAll({ do: 'snapshot', selection });
    const rows = answers.map((answer) => (answer.kind === 'rows' ? answer.rows : []));
    return inOrderOf(selection, this.#ranges, rows);
  }

  async payloads(): Promise<readonly PayloadCount[]> {
    const answers = await this.#askAll({ do: 'payloads' });
    return joinedPayloads(
      answers.map((answer) => (answer.kind === 'payloads' ? answer.payloads : [])),
    );
  }

  onMessages(listener: MessageListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The observer here hears of a message 20 ms after it was said at best: batches are so long. Once
   * the fleet has stopped the counts are final: everything that was sent has left.
   */
  async health(): Promise<FleetHealth> {
    const generator = generatorHealth(await this.#told());
    return {
      ...generator,
      eventLoopLagP99Ns: Math.max(generator.eventLoopLagP99Ns, eventLoopLagP99Ns(this.#eventLoop)),
      observerLagP99Ns: this.#observerLag.getValueAtPercentile(99),
      observerLagMaximumNs: this.#observerLag.maxValue,
      rssBytes: process.memoryUsage.rss(),
    };
  }

  /** What the meters said, by kind, of a fleet that is not watched. */
  async said(): Promise<ReadonlyMap<MessageKind, number>> {
    return saidByKind(await this.#told());
  }

  /** Stops the threads by message, each when its last datagram has left, and merges the capture. */
  async stop(): Promise<void> {
    const ends = await Promise.all(this.#workers.map((worker) => worker.stop()));
    this.#final ??= ends.flatMap(toldIn);
    if (this.#failure === null) await this.#pool.close();
    else await this.#pool.destroy();
    this.#workers = [];
    this.#eventLoop.disable();
    this.#mergeCapture();
  }

  async #told(): Promise<readonly GeneratorTold[]> {
    if (this.#failure !== null) throw this.#failure;
    return this.#final ?? (await this.#askAll({ do: 'health' })).flatMap(toldIn);
  }

  #startWorker(range: MeterRange, place: number, zeroNs: bigint): ShardWorker {
    const { description, seed, clock, hosts, ivs, rules } = this.#options;
    return new ShardWorker(
      this.#pool,
      {
        range,
        seed,
        profile: description.profile,
        commissioned: description.commissioned,
        carrier: description.carrier,
        language: description.language ?? USUAL_LANGUAGE,
        startUtcMs: clock.startUtcMs,
        zeroNs,
        link: this.#options.link ?? 'udp',
        isWatched: this.#options.isWatched ?? true,
        hosts,
        ivs,
        inFlight: this.inFlight.buffer,
        rules,
        capturePath: this.#partPath(place),
      },
      (records) => this.#hear(records),
      (error) => this.#fail(error),
    );
  }

  #hear(records: Float64Array): void {
    const nowNs = this.#options.clock.nowNs();
    readBatch(records, (index, atNs, ...message) => {
      this.#observerLag.recordValue(Math.max(0, Math.round(nowNs - atNs)));
      for (const listener of this.#listeners) listener(index, atNs, ...message);
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#options.onFailure(error);
  }

  #askAll(ask: Ask): Promise<Answer[]> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return Promise.all(this.#workers.map((worker) => worker.ask(ask)));
  }

  #partPath(place: number): string | null {
    const { capturePath } = this.#options;
    return capturePath === null ? null : `${capturePath}.part-${place}`;
  }

  #mergeCapture(): void {
    const { capturePath, clock, description } = this.#options;
    if (capturePath === null) return;
    const { language = USUAL_LANGUAGE } = description;
    const parts = this.#ranges.flatMap((_, place) => this.#partPath(place) ?? []);
    new CaptureFile({ path: capturePath, startUtcMs: clock.startUtcMs, language }).merge(parts);
    for (const part of parts) rmSync(part);
  }
}

function toldIn(answer: Answer | null): readonly GeneratorTold[] {
  return answer?.kind === 'health' ? [answer.told] : [];
}

/** One worker as this thread sees it: a task that runs, and a port to it. */
class ShardWorker {
  readonly ready: Promise<void>;
  readonly #name: string;
  readonly #port: MessagePort;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  #asked = 0;
  #failure: Error | null = null;

  constructor(
    pool: Piscina<ShardTask, void>,
    task: Omit<ShardTask, 'port'>,
    hear: (records: Float64Array) => void,
    fail: (error: Error) => void,
  ) {
    const { port1, port2 } = new MessageChannel();
    const ready = Promise.withResolvers<void>();
    const { firstIndex, count } = task.range;
    this.#name = `fleet: the worker of meters ${firstIndex} to ${firstIndex + count - 1}`;
    this.#port = port1;
    this.ready = this.#within('readiness', ready.promise);
    port1.on('message', (reply: ShardReply) => {
      switch (reply.kind) {
        case 'ready':
          ready.resolve();
          return;
        case 'messages':
          hear(reply.records);
          return;
        case 'done':
        case 'rows':
        case 'payloads':
        case 'health':
          this.#waiting.get(reply.id)?.resolve(reply);
          this.#waiting.delete(reply.id);
          return;
      }
    });
    const run = pool.run({ ...task, port: port2 }, { transferList: [port2] });
    this.#ended = run.catch((error: unknown) => {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#failure = new Error(`${this.#name} failed: ${cause.message}`, { cause });
      ready.reject(this.#failure);
      for (const { reject } of this.#waiting.values()) reject(this.#failure);
      this.#waiting.clear();
      fail(this.#failure);
    });
  }

  ask(ask: Ask): Promise<Answer> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const id = this.#asked++;
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(id, waiting);
    this.#port.postMessage({ ...ask, id });
    return this.#within(`the answer to '${ask.do}'`, waiting.promise);
  }

  /** Resolves when its task has ended, to what it said last; null when it did not end in order. */
  async stop(): Promise<Answer | null> {
    const last = await this.ask({ do: 'stop' }).catch(() => null);
    await this.#ended;
    this.#port.close();
    return last;
  }

  async #within<T>(what: string, promise: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timeout = setTimeout(() => {
      late.reject(
        new Error(`${this.#name}: ${what} awaited for ${ANSWER_WITHIN_MS} ms, none came`),
      );
    }, ANSWER_WITHIN_MS);
    try {
      return await Promise.race([promise, late.promise]);
    } finally {
      clearTimeout(timeout);
    }
  }
}
