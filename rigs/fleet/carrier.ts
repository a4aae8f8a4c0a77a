import { drawFraction, seedOf } from '../../devices/domain/chance.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import type { CarrierModel } from '../port/fleet.ts';
import type { DatagramRoute } from './datagram-route.ts';
import type { Host, ShardCommand } from './fleet.ts';
import type { InFlight } from './in-flight.ts';

/** The network as a module sees it. */
export interface Network {
  /** The module sends; `notBeforeNs` keeps the datagram on the way until then. */
  send(index: number, to: Host, bytes: Uint8Array, notBeforeNs: number): void;
  /** The module booted: it attaches and gets an address. */
  attach(index: number): void;
  /** The module is dark: its address is gone, and what it had stored with it. */
  detach(index: number): void;
  setLink(index: number, to: Extract<ShardCommand, { kind: 'link' }>['to'], up: boolean): void;
}

/** What a carrier joins. */
export interface CarrierEnds {
  /** A datagram of a meter leaves the carrier. `attach` numbers the address that it came from. */
  toHost(index: number, attach: number, to: Host, bytes: Uint8Array): void;
  /** A datagram reaches a module, which answers before this returns, or not at all. */
  toModule(index: number, bytes: Uint8Array): void;
}

export interface CarrierOptions {
  readonly model: CarrierModel;
  readonly seed: number;
  readonly firstIndex: number;
  readonly count: number;
  readonly scheduler: Scheduler;
  readonly inFlight: InFlight;
  readonly route: Pick<DatagramRoute, 'isAnswer'>;
  /** What has no delay goes on at once: right where both ends are asynchronous by themselves. */
  readonly atOnce: boolean;
}

/** What chance decides about one datagram, and the number of its draw. */
const DRAWS = { lost: 0, latency: 1, doubled: 2, latencyOfCopy: 3 } as const;
const DRAWS_EACH = Object.keys(DRAWS).length;
const MILLION = 1_000_000;
const DETACHED = Number.POSITIVE_INFINITY;
const LINK = { 'head-end': 1, 'configuration-server': 2, both: 3 } as const;

/** Chance of one datagram: a function of (seed, meter, its number in its direction) alone. */
export function datagramFate(
  model: CarrierModel,
  seed: number,
  index: number,
  number: number,
): { readonly lost: boolean; readonly latencyNs: number; readonly copyLatencyNs: number | null } {
  const draw = (what: number): number => drawFraction(seed, index, number * DRAWS_EACH + what);
  const doubled = draw(DRAWS.doubled) * MILLION < model.duplicatePpm;
  return {
    lost: draw(DRAWS.lost) * MILLION < model.lossPpm,
    latencyNs: between(model.latencyNs, draw(DRAWS.latency)),
    copyLatencyNs: doubled ? between(model.latencyNs, draw(DRAWS.latencyOfCopy)) : null,
  };
}

/** How long the module's attach and PDP activation take, for its so manieth attach. */
export function attachDurationNs(
  model: CarrierModel,
  seed: number,
  index: number,
  attach: number,
): number {
  return between(model.attachNs, drawFraction(seedOf(seed, 'attach'), index, attach));
}

function between({ least, most }: CarrierModel['attachNs'], fraction: number): number {
  return Math.round(least + (most - least) * fraction);
}

/**
 * The network between a range of meters and the servers: attach times, latency, loss,
 * duplicates, and cells that carry so much and no more. All chance is drawn by (seed, meter,
 * number of the datagram), so that neither shards nor lateness change it.
 */
export class Carrier implements Network {
  readonly #options: CarrierOptions;
  readonly #seeds: { readonly up: number; readonly down: number };
  #ends: CarrierEnds | null = null;
  readonly #sentUp: Uint32Array;
  readonly #sentDown: Uint32Array;
  readonly #attachNumber: Uint32Array;
  readonly #attachedAtNs: Float64Array;
  readonly #cut: Uint8Array;
  /** Requests on their way whose answer has not left. */
  readonly #open: Uint16Array;
  /** Whether the module that a datagram has just reached answered it. */
  #answered = false;
  /** When each cell is free for its next datagram. */
  readonly #cellFreeNs: Float64Array;
  /** Nothing is drawn and nothing waits: what is sent is there. */
  readonly #isClear: boolean;

  constructor(options: CarrierOptions) {
    const { count, seed, firstIndex } = options;
    this.#options = options;
    this.#isClear = options.atOnce && isClear(options.model);
    this.#seeds = { up: seedOf(seed, 'uplink'), down: seedOf(seed, 'downlink') };
    this.#sentUp = new Uint32Array(count);
    this.#sentDown = new Uint32Array(count);
    this.#attachNumber = new Uint32Array(count);
    this.#attachedAtNs = new Float64Array(count).fill(DETACHED);
    this.#cut = new Uint8Array(count);
    this.#open = new Uint16Array(count);
    const lastCell = count === 0 ? 0 : this.#cellOf(firstIndex + count - 1);
    this.#cellFreeNs = new Float64Array(lastCell + 1);
  }

  /** Says where datagrams come out. Before it nothing may be sent. */
  join(ends: CarrierEnds): void {
    this.#ends = ends;
  }

  attach(index: number): void {
    const { model, seed, scheduler } = this.#options;
    const row = this.#rowOf(index);
    const attach = at(this.#attachNumber, row) + 1;
    this.#attachNumber[row] = attach;
    this.#attachedAtNs[row] = scheduler.nowNs() + attachDurationNs(model, seed, index, attach);
  }

  detach(index: number): void {
    this.#attachedAtNs[this.#rowOf(index)] = DETACHED;
  }

  setLink(index: number, to: Host | 'both', up: boolean): void {
    const row = this.#rowOf(index);
    const cut = at(this.#cut, row);
    this.#cut[row] = up ? cut & ~LINK[to] : cut | LINK[to];
  }

  /** Which address of the meter is the present one; null while it has none. */
  attachOf(index: number): number | null {
    const row = this.#rowOf(index);
    const attached = at(this.#attachedAtNs, row) <= this.#options.scheduler.nowNs();
    return attached ? at(this.#attachNumber, row) : null;
  }

  /** From the module. Before it is attached the datagram is stored and goes after the attach. */
  send(index: number, to: Host, bytes: Uint8Array, notBeforeNs: number): void {
    const { scheduler } = this.#options;
    const row = this.#rowOf(index);
    if (this.#isClear && notBeforeNs === 0 && at(this.#open, row) === 0) {
      const attach = this.attachOf(index);
      if (attach !== null && !this.#isCut(row, to)) {
        this.#joined().toHost(index, attach, to, bytes);
      }
      return;
    }
    const answers = at(this.#open, row) > 0 && this.#options.route.isAnswer(bytes);
    if (answers) this.#answered = true;
    const attach = at(this.#attachNumber, row);
    const readyNs = Math.max(notBeforeNs, at(this.#attachedAtNs, row));
    const enter = (): void => {
      if (this.attachOf(index) === attach) this.#goUp(index, attach, to, bytes, answers);
      else if (answers) this.#leave(row);
    };
    if (readyNs === DETACHED || readyNs <= scheduler.nowNs()) enter();
    else scheduler.callAt(readyNs, index, enter);
  }

  /** From a server, to the address that the meter had at its attach number `attach`. */
  receive(index: number, attach: number | null, from: Host, bytes: Uint8Array): void {
    const row = this.#rowOf(index);
    const asks = !this.#options.route.isAnswer(bytes);
    if (asks) this.#enter(row);
    const settle = (answered: boolean): void => {
      if (asks && !answered) this.#leave(row);
    };
    if (attach === null || this.attachOf(index) !== attach || this.#isCut(row, from)) {
      settle(false);
      return;
    }
    const number = at(this.#sentDown, row);
    this.#sentDown[row] = number + 1;
    const arrive = (): boolean => {
      this.#answered = false;
      if (this.attachOf(index) === attach) this.#joined().toModule(index, bytes);
      return this.#answered;
    };
    this.#carry(index, this.#seeds.down, number, {
      arrive: () => settle(arrive()),
      arriveAgain: () => void arrive(),
      lost: () => settle(false),
    });
  }

  #goUp(index: number, attach: number, to: Host, bytes: Uint8Array, answers: boolean): void {
    const row = this.#rowOf(index);
    const settle = (): void => {
      if (answers) this.#leave(row);
    };
    if (this.#isCut(row, to)) {
      settle();
      return;
    }
    const number = at(this.#sentUp, row);
    this.#sentUp[row] = number + 1;
    const arrive = (): void => this.#joined().toHost(index, attach, to, bytes);
    this.#carry(index, this.#seeds.up, number, {
      arrive: () => {
        settle();
        arrive();
      },
      arriveAgain: arrive,
      lost: settle,
    });
  }

  #carry(
    index: number,
    seed: number,
    number: number,
    then: {
      readonly arrive: () => void;
      readonly arriveAgain: () => void;
      readonly lost: () => void;
    },
  ): void {
    const fate = datagramFate(this.#options.model, seed, index, number);
    const onAirNs = this.#cellTurnNs(index);
    if (fate.lost) {
      then.lost();
      return;
    }
    this.#after(onAirNs + fate.latencyNs, index, then.arrive);
    if (fate.copyLatencyNs === null) return;
    this.#after(onAirNs + fate.copyLatencyNs, index, then.arriveAgain);
  }

  #after(atNs: number, index: number, callback: () => void): void {
    const { scheduler, atOnce } = this.#options;
    if (atOnce && atNs <= scheduler.nowNs()) callback();
    else scheduler.callAt(atNs, index, callback);
  }

  /** A datagram waits until its cell has carried those before it. */
  #cellTurnNs(index: number): number {
    const { model, scheduler } = this.#options;
    const nowNs = scheduler.nowNs();
    if (model.cellMessagesPerSecond === 0) return nowNs;
    const cell = this.#cellOf(index);
    const turnNs = Math.max(nowNs, at(this.#cellFreeNs, cell));
    this.#cellFreeNs[cell] = turnNs + NS_PER_S / model.cellMessagesPerSecond;
    return Math.round(turnNs);
  }

  /** Cells begin with the first meter of all, so that shards cut along them agree. */
  #cellOf(index: number): number {
    const { model, firstIndex } = this.#options;
    if (model.metersPerCell === 0) return 0;
    const cell = Math.floor(index / model.metersPerCell);
    return cell - Math.floor(firstIndex / model.metersPerCell);
  }

  #isCut(row: number, host: Host): boolean {
    return (at(this.#cut, row) & LINK[host]) !== 0;
  }

  #enter(row: number): void {
    this.#open[row] = at(this.#open, row) + 1;
    this.#options.inFlight.enter();
  }

  /** A module that answers a copy as well would be counted out twice: it is not. */
  #leave(row: number): void {
    const open = at(this.#open, row);
    if (open === 0) return;
    this.#open[row] = open - 1;
    this.#options.inFlight.leave();
  }

  #joined(): CarrierEnds {
    if (this.#ends === null) throw new Error('carrier: a datagram was sent before its ends joined');
    return this.#ends;
  }

  #rowOf(index: number): number {
    return index - this.#options.firstIndex;
  }
}

/** A carrier without any trouble, as `ideal` is. */
function isClear(model: CarrierModel): boolean {
  const { attachNs, latencyNs, lossPpm, duplicatePpm, cellMessagesPerSecond } = model;
  const sum = attachNs.most + latencyNs.most + lossPpm + duplicatePpm + cellMessagesPerSecond;
  return sum === 0;
}

/** @throws RangeError for a meter that is not of this carrier */
function at(column: { readonly [row: number]: number | undefined }, row: number): number {
  const value = column[row];
  if (value === undefined) throw new RangeError(`carrier: row ${row} is outside its meters`);
  return value;
}
