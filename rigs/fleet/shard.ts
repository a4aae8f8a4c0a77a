import { drawBetween, seedOf } from '../../devices/domain/chance.ts';
import type { MeterIdentity } from '../../devices/domain/identity.ts';
import type { MessageKind } from '../../devices/domain/message.ts';
import type { TransactionKind } from '../../devices/domain/northbound.ts';
import { type PayloadCount, PayloadTally } from '../../devices/domain/payload.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { NS_PER_MINUTE, NS_PER_MS } from '../../devices/domain/time.ts';
import { clockNs, isSet } from '../../devices/meter/clock.ts';
import { createMeters, FLAG, type Meters } from '../../devices/meter/columns.ts';
import { fullJoules } from '../../devices/meter/energy.ts';
import { ModuleFace } from '../../devices/meter/face/module.ts';
import { type MeterInput, WAKE } from '../../devices/meter/input.ts';
import { MODULE_STATES } from '../../devices/meter/module-state.ts';
import type { MeterRules } from '../../devices/meter/rules/index.ts';
import { moduleSnapshot } from '../../devices/meter/snapshot.ts';
import { wakeAt } from '../../devices/meter/timers.ts';
import type { ModuleLanguage } from '../../devices/protocol/centron-gprs/language.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import {
  CONFIGURATION_SERVER_TITLE,
  HEAD_END_TITLE,
  meterTitle,
  testPin,
} from '../head-end/test-keys.ts';
import { PROVISIONED_OUTAGE_ALARMS } from '../head-end/test-fleet.ts';
import type { Forgery } from '../port/action.ts';
import { type FleetDescription, indexesOf, type Selection, selects } from '../port/fleet.ts';
import type { Network } from './carrier.ts';
import type { Host, MessageListener, MeterFields, ShardCommand } from './fleet.ts';
import { forgery } from './forgery.ts';
import { meterFields } from './meter-fields.ts';
import { MainsWave } from './mains-wave.ts';
import { liveThroughPast, pastNs } from './past.ts';
import type { Wake, Wakes } from './wakes.ts';
import { WireWatch } from './wire-watch.ts';
import { Witness } from './witness.ts';

/** Meters of a fleet that one thread runs. */
export interface ShardOptions {
  readonly firstIndex: number;
  readonly count: number;
  readonly seed: number;
  readonly profile: MeterProfile;
  readonly rules: MeterRules;
  readonly commissioned: FleetDescription['commissioned'];
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly language: ModuleLanguage;
  /** Who each meter is. */
  readonly identityOf: (index: number) => MeterIdentity;
  /** Initialisation vectors: those of one key begin here, and there are so many. */
  readonly ivs: { readonly base: number; readonly size: number };
  readonly onMessage: MessageListener;
  /** A module did not believe what it was sent. */
  readonly onRefused?: () => void;
  /** Whether what each meter says and hears is kept for snapshots: some 250 bytes a meter. */
  readonly isWatched: boolean;
  /** What wakes its rows. */
  readonly wakes: (wake: Wake) => Wakes;
}

/** Signal strengths of the fleet's modules; assumed. */
const COVERAGE_DBM = { least: -95, most: -60 } as const;
/** Interval ends fall between nanoseconds of a clock that drifts; a push is told in whole us. */
const PUSH_RESOLUTION_NS = 1_000;

/** What a module sends while it deals with a datagram. */
interface Reply {
  readonly to: Host;
  readonly bytes: Uint8Array;
  /** It answers a transaction. */
  readonly answers: boolean;
}

interface Hold {
  readonly selection: Selection;
  readonly transaction: TransactionKind;
  readonly untilNs: number;
}

/**
 * A partition of a fleet: meters in one table, behind one face, driven by a scheduler. Each meter
 * has at most one wake pending, so that a table of any size costs one timer a meter.
 */
export class Shard {
  readonly #options: ShardOptions;
  readonly #meters: Meters;
  readonly #face: ModuleFace;
  /** Null where nobody asks what each meter saw. */
  readonly #witness: Witness | null;
  readonly #wakes: Wakes;
  readonly #wave: MainsWave;
  /** IVs that each meter has used. */
  readonly #ivsUsed: Uint32Array;
  readonly #up: Uint8Array;
  readonly #spoiled = new Set<number>();
  readonly #wire: WireWatch | null;
  readonly #payloads = new PayloadTally();
  #holds: Hold[] = [];
  #stopped = false;
  /** When the step that runs was due. */
  #intendedNs = 0;
  /** The datagrams that a module sends while it deals with one; null outside of that. */
  #replies: Reply[] | null = null;
  /** The transaction that it deals with. */
  #asked: TransactionKind | null = null;

  constructor(options: ShardOptions) {
    const { firstIndex, count, seed, profile, rules, scheduler } = options;
    this.#options = options;
    this.#meters = createMeters({
      count,
      seed,
      profile,
      rules,
      firstIndex,
      createdAtNs:
        scheduler.nowNs() - (options.commissioned === 'in-service' ? pastNs(profile) : 0),
      startUtcMs: scheduler.startUtcMs,
      commissioned: options.commissioned === 'fresh' ? 'fresh' : 'placed',
      withModule: true,
    });
    if (options.commissioned !== 'fresh') {
      // They have been in service for long: an outage at once finds the storage charged. OUT-01
      this.#meters.storedJoules.fill(fullJoules(this.#meters));
    }
    if (options.commissioned === 'provisioned' || options.commissioned === 'in-service') {
      this.#meters.declareAfterMs.fill(PROVISIONED_OUTAGE_ALARMS.declareAfterMs);
      this.#meters.restoreAfterMs.fill(PROVISIONED_OUTAGE_ALARMS.restoreAfterMs);
    }
    this.#witness = options.isWatched ? new Witness(count) : null;
    this.#wakes = options.wakes((row, dueNs) => this.#woken(row, dueNs));
    this.#wave = new MainsWave(count, seed);
    this.#ivsUsed = new Uint32Array(count);
    this.#up = new Uint8Array(count);
    this.#wire = options.isWatched
      ? new WireWatch(count, (row) => this.#identityOf(this.#options.firstIndex + row))
      : null;
    this.#face = this.#createFace();
  }

  /** Placed meters are in their sockets with power on; fresh ones lie dark in their boxes. */
  start(): void {
    if (this.#options.commissioned === 'fresh') return;
    const { firstIndex, count, scheduler } = this.#options;
    for (let row = 0; row < count; row++) {
      if (this.#options.commissioned === 'in-service') {
        liveThroughPast(this.#meters, row, scheduler.nowNs());
      }
      this.#step(firstIndex + row, MAINS_ON);
    }
  }

  /** Does what is asked to those of its meters that are selected. */
  command(command: ShardCommand): void {
    const { scheduler, network } = this.#options;
    switch (command.kind) {
      case 'mains':
        this.#each(command.selection, (index) =>
          this.#step(index, command.energised ? MAINS_ON : MAINS_OFF),
        );
        return;
      case 'mains-wave':
        this.#each(command.selection, (index) => {
          const { energised, overNs } = command;
          this.#wave.add(this.#rowOf(index), index, energised, scheduler.nowNs(), overNs);
          this.#arm(this.#rowOf(index));
        });
        return;
      case 'interrupt': {
        const backNs = scheduler.nowNs() + command.forNs;
        this.#each(command.selection, (index) => {
          this.#step(index, MAINS_OFF);
          scheduler.callAt(backNs, index, () => this.#step(index, MAINS_ON, backNs));
        });
        return;
      }
      case 'link':
        this.#each(command.selection, (index) => network.setLink(index, command.to, command.up));
        return;
      case 'hold-answer':
        this.#holds.push(command);
        return;
      case 'spoil-identity':
        this.#each(command.selection, (index) => this.#spoiled.add(index));
        return;
      case 'raise-event': {
        const { firstCode, lastCode, selection } = command;
        for (let eventCode = firstCode; eventCode <= lastCode; eventCode++) {
          const operation = { kind: 'raise-event', eventCode } as const;
          this.#each(selection, (index) => this.#step(index, { kind: 'operation', operation }));
        }
        return;
      }
      case 'condition': {
        const { condition, present } = command;
        const operation = { kind: 'condition', condition, present } as const;
        this.#each(command.selection, (index) =>
          this.#step(index, { kind: 'operation', operation }),
        );
        return;
      }
      case 'forge':
        this.#each(command.selection, (index) => this.#forge(index, command.change));
        return;
      case 'reset-witness':
        this.#each(command.selection, (index) => this.#witness?.reset(this.#rowOf(index)));
        return;
    }
  }

  /** Ends it: its meters say and hear nothing any more, and no wake is pending. */
  stop(): void {
    this.#stopped = true;
    this.#wakes.stop();
  }

  /** A datagram reaches a module; it answers before this returns. */
  receive(index: number, bytes: Uint8Array): void {
    if (this.#stopped) return;
    const { scheduler, network } = this.#options;
    const row = this.#rowOf(index);
    const nowNs = scheduler.nowNs();
    const wasPlaced = this.#isPlaced(row);
    this.#wire?.saw(row, null, bytes);
    const replies: Reply[] = [];
    this.#intendedNs = nowNs;
    this.#asked = null;
    this.#replies = replies;
    try {
      this.#face.receive(row, nowNs, bytes);
    } finally {
      this.#replies = null;
    }
    if (!wasPlaced && this.#isPlaced(row)) this.#witness?.registered(row, nowNs);
    const notBeforeNs = this.#heldUntil(index, nowNs);
    this.#followPower(row, index);
    for (const reply of replies) {
      this.#wire?.saw(row, reply.to, reply.bytes);
      network.send(index, reply.to, reply.bytes, reply.answers ? notBeforeNs : 0);
    }
    this.#arm(row);
  }

  /** What its selected meters hold and saw, in the order of the selection. */
  snapshot(selection: Selection): MeterFields[] {
    const nowNs = this.#options.scheduler.nowNs();
    const rows: MeterFields[] = [];
    for (const index of indexesOf(selection)) {
      if (!this.#has(index)) continue;
      const row = this.#rowOf(index);
      rows.push({
        ...meterFields(this.#meters, row, nowNs, this.#identityOf(index)),
        ...this.#witness?.fields(row),
        ...this.#wire?.fields(row),
      });
    }
    return rows;
  }

  /** What its meters' messages weighed. */
  payloads(): readonly PayloadCount[] {
    return this.#payloads.counts();
  }

  #createFace(): ModuleFace {
    const { language, firstIndex, seed } = this.#options;
    const coverageSeed = seedOf(seed, 'coverage');
    return new ModuleFace({
      meters: this.#meters,
      language,
      nextIv: (row) => this.#nextIv(row),
      titles: {
        meter: meterTitle,
        headEnd: HEAD_END_TITLE,
        configurationServer: CONFIGURATION_SERVER_TITLE,
      },
      identityOf: (index) => this.#identityOf(index),
      pinOf: testPin,
      coverageOf: (index) =>
        Math.round(drawBetween(coverageSeed, index, 0, COVERAGE_DBM.least, COVERAGE_DBM.most)),
      out: {
        send: (row, to, bytes, answers) => {
          if (this.#replies !== null) {
            this.#replies.push({ to, bytes, answers });
            return;
          }
          this.#followPower(row, firstIndex + row);
          this.#wire?.saw(row, to, bytes);
          this.#options.network.send(firstIndex + row, to, bytes, 0);
        },
        said: (row, kind, first, second) => this.#said(row, kind, first, second),
        weighed: (_row, kind, raw, sent) => this.#payloads.add(kind, raw, sent),
        received: (row, kind, accepted) => {
          this.#asked = kind;
          const nowNs = this.#options.scheduler.nowNs();
          this.#witness?.received(row, kind, accepted);
          if (kind !== 'write-parameter') return;
          const { parameters } = moduleSnapshot(this.#meters, row, nowNs);
          this.#witness?.holdsParameters(row, nowNs, Object.keys(parameters).length);
        },
        answered: (row, kind, accepted) => this.#witness?.answered(row, kind, accepted),
        refusedApdu: (row) => {
          this.#witness?.refused(row);
          this.#options.onRefused?.();
        },
      },
    });
  }

  #said(row: number, kind: MessageKind, first: number, second: number): void {
    const { scheduler, firstIndex, onMessage } = this.#options;
    const atNs = scheduler.nowNs();
    this.#witness?.said(row, atNs, kind);
    if (kind === 'interval-report') {
      const endNs = first * NS_PER_MINUTE - scheduler.startUtcMs * NS_PER_MS;
      const afterEndNs = clockNs(this.#meters, row, atNs) - endNs;
      this.#witness?.pushed(row, Math.round(afterEndNs / PUSH_RESOLUTION_NS) * PUSH_RESOLUTION_NS);
    }
    onMessage(firstIndex + row, atNs, this.#intendedNs, kind, first, second);
  }

  #step(index: number, input: MeterInput, intendedNs = this.#options.scheduler.nowNs()): void {
    if (this.#stopped) return;
    const row = this.#rowOf(index);
    this.#intendedNs = intendedNs;
    this.#face.step(row, this.#options.scheduler.nowNs(), input);
    this.#followPower(row, index);
    this.#arm(row);
  }

  /** Keeps one wake pending a meter. One that comes too early does no harm and arms the next. */
  #arm(row: number): void {
    this.#wakes.arm(row, Math.min(wakeAt(this.#meters, row), this.#wave.turnOf(row)));
  }

  #woken(row: number, dueNs: number): void {
    const energised = this.#wave.take(row, dueNs);
    const input = energised === null ? WAKE : energised ? MAINS_ON : MAINS_OFF;
    this.#step(this.#options.firstIndex + row, input, dueNs);
  }

  /** Tells the network when a module has booted or gone dark. */
  #followPower(row: number, index: number): void {
    const isUp = isSet(this.#meters, row, FLAG.moduleUp);
    if (isUp === (this.#up[row] === 1)) return;
    this.#up[row] = isUp ? 1 : 0;
    if (isUp) this.#options.network.attach(index);
    else this.#options.network.detach(index);
  }

  #isPlaced(row: number): boolean {
    return this.#meters.module?.state[row] === MODULE_STATES.indexOf('placed');
  }

  /** Until when the answers that are about to go stay on the way; 0 when nothing holds them. */
  #heldUntil(index: number, nowNs: number): number {
    const asked = this.#asked;
    if (asked === null || this.#holds.length === 0) return 0;
    this.#holds = this.#holds.filter(({ untilNs }) => untilNs > nowNs);
    const holding = this.#holds.filter(
      ({ transaction, selection }) => transaction === asked && selects(selection, index),
    );
    return Math.max(0, ...holding.map(({ untilNs }) => untilNs));
  }

  /** Sends something in a meter's name; its own link, its own address. SEC-01, SEC-02 */
  #forge(index: number, change: Forgery): void {
    const row = this.#rowOf(index);
    const last = this.#wire?.last(row);
    if (last === undefined) return;
    const { network } = this.#options;
    const forged = forgery(last.bytes, change, () =>
      this.#face.sealAs(row, index ^ 1, this.#nextIv(row)),
    );
    network.send(index, last.to, forged, 0);
  }

  #nextIv(row: number): number {
    const { ivs, firstIndex } = this.#options;
    const used = this.#ivsUsed[row] ?? 0;
    if (used >= ivs.size) {
      throw new Error(`meter ${firstIndex + row}: all ${ivs.size} IVs of its block are used`);
    }
    this.#ivsUsed[row] = used + 1;
    return ivs.base + used;
  }

  #identityOf(index: number): MeterIdentity {
    const identity = this.#options.identityOf(index);
    return this.#spoiled.has(index)
      ? { ...identity, iccId: spoiledNumber(identity.iccId) }
      : identity;
  }

  /** In the order of indexes, whatever the selection's: shards must not change what comes first. */
  #each(selection: Selection, act: (index: number) => void): void {
    const { firstIndex, count } = this.#options;
    for (let index = firstIndex; index < firstIndex + count; index++) {
      if (selects(selection, index)) act(index);
    }
  }

  #has(index: number): boolean {
    return (
      index >= this.#options.firstIndex && index < this.#options.firstIndex + this.#options.count
    );
  }

  #rowOf(index: number): number {
    return index - this.#options.firstIndex;
  }
}

const MAINS_ON: MeterInput = { kind: 'mains', energised: true };
const MAINS_OFF: MeterInput = { kind: 'mains', energised: false };

/** The number with another last digit: its check digit is wrong. */
function spoiledNumber(digits: string): string {
  return `${digits.slice(0, -1)}${(Number(digits.at(-1)) + 1) % 10}`;
}
