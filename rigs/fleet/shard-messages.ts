import type { MessagePort } from 'node:worker_threads';
import { MESSAGE_KINDS } from '../../devices/domain/message.ts';
import type { PayloadCount } from '../../devices/domain/payload.ts';
import type { LanguageName } from '../../devices/domain/language.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import type { CarrierModel, FleetDescription, Selection } from '../port/fleet.ts';
import type { IvBlock } from './counter-store.ts';
import type { MessageListener, MeterFields, ShardCommand } from './fleet.ts';
import type { GeneratorTold } from './generator-record.ts';
import type { MeterRange } from './partition.ts';
import type { UdpHosts } from './udp-link.ts';
import type { LinkName } from './udp-shard.ts';
import { kindNumberOf } from './witness.ts';

/** What crosses between a fleet and its shards in worker threads: plain data only. */

/** Rules that a module exports: functions do not cross threads. */
export interface RulesReference {
  /** URL of the module. */
  readonly path: string;
  readonly exportName: string;
  /** Under which name it also exports faults of the links; none when not given. */
  readonly linksExportName?: string;
}

/** What a worker is started with. */
export interface ShardTask {
  readonly port: MessagePort;
  readonly range: MeterRange;
  readonly seed: number;
  readonly profile: MeterProfile;
  readonly commissioned: FleetDescription['commissioned'];
  readonly carrier: CarrierModel;
  readonly language: LanguageName;
  readonly startUtcMs: number;
  /** process.hrtime.bigint() at which the run's clock was zero. */
  readonly zeroNs: bigint;
  readonly link: LinkName;
  /** Whether each message is told of and kept for snapshots; else they are only counted. */
  readonly isWatched: boolean;
  readonly hosts: UdpHosts;
  readonly ivs: IvBlock;
  readonly inFlight: SharedArrayBuffer;
  readonly rules: RulesReference | null;
  /** Where the shard's part of the capture goes; null for none. */
  readonly capturePath: string | null;
}

export type ShardRequest = { readonly id: number } & (
  | { readonly do: 'start' }
  | { readonly do: 'command'; readonly command: ShardCommand }
  | { readonly do: 'snapshot'; readonly selection: Selection }
  | { readonly do: 'payloads' }
  | { readonly do: 'health' }
  | { readonly do: 'stop' }
);

export type ShardReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'rows'; readonly id: number; readonly rows: readonly MeterFields[] }
  | {
      readonly kind: 'payloads';
      readonly id: number;
      readonly payloads: readonly PayloadCount[];
    }
  | { readonly kind: 'health'; readonly id: number; readonly told: GeneratorTold }
  | { readonly kind: 'messages'; readonly records: Float64Array<ArrayBuffer> };

/** Numbers of one message in a batch: index, at, intended, kind, first, second. */
const NUMBERS_A_MESSAGE = 6;
const MESSAGES_A_BATCH = 512;
const BATCH_EVERY_MS = 20;

/** Gathers messages into batches of numbers: a thread is told 512 at once, or after 20 ms. */
export class MessageBatch {
  readonly #send: (records: Float64Array<ArrayBuffer>) => void;
  #records = new Float64Array(NUMBERS_A_MESSAGE * MESSAGES_A_BATCH);
  #filled = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(send: (records: Float64Array<ArrayBuffer>) => void) {
    this.#send = send;
  }

  readonly add: MessageListener = (index, atNs, intendedAtNs, kind, first, second) => {
    const records = this.#records;
    let place = this.#filled;
    records[place++] = index;
    records[place++] = atNs;
    records[place++] = intendedAtNs;
    records[place++] = kindNumberOf(kind);
    records[place++] = first;
    records[place++] = second;
    this.#filled = place;
    if (place === records.length) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), BATCH_EVERY_MS);
  };

  /** Sends what is gathered. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#filled === 0) return;
    const records = this.#records.slice(0, this.#filled);
    this.#filled = 0;
    this.#send(records);
  }
}

/** Hands the messages of a batch over, in its order. */
export function readBatch(records: Float64Array, listener: MessageListener): void {
  for (let place = 0; place < records.length; place += NUMBERS_A_MESSAGE) {
    const [index = 0, atNs = 0, intendedAtNs = 0, number = -1, first = 0, second = 0] =
      records.subarray(place, place + NUMBERS_A_MESSAGE);
    const kind = MESSAGE_KINDS[number];
    if (kind === undefined) throw new Error(`fleet: a shard told of a message of kind ${number}`);
    listener(index, atNs, intendedAtNs, kind, first, second);
  }
}
