import { NS_PER_MS } from '../../devices/domain/time.ts';
import { NEVER } from '../../devices/meter/columns.ts';
import type { Cancel, Scheduler } from '../clock/scheduler.ts';
import { RowWheel } from './row-wheel.ts';

/** Calls back each row of a shard when its meter wants to be woken. One that comes too early does no harm. */
export interface Wakes {
  /** A row wants to be woken at an instant, or before; a later one than it has asked for changes nothing. */
  arm(row: number, atNs: number): void;
  stop(): void;
}

/** @param dueNs when it was to be woken */
export type Wake = (row: number, dueNs: number) => void;

/** One callback of the scheduler a row: rows of one instant wake in the order of meters, whatever the shards. */
export class OrderedWakes implements Wakes {
  readonly #scheduler: Scheduler;
  readonly #firstIndex: number;
  readonly #wake: Wake;
  readonly #armedNs: Float64Array;
  readonly #cancels: (Cancel | undefined)[] = [];

  constructor(scheduler: Scheduler, firstIndex: number, count: number, wake: Wake) {
    this.#scheduler = scheduler;
    this.#firstIndex = firstIndex;
    this.#wake = wake;
    this.#armedNs = new Float64Array(count).fill(NEVER);
  }

  arm(row: number, atNs: number): void {
    if (atNs >= (this.#armedNs[row] ?? NEVER)) return;
    this.#cancels[row]?.();
    this.#armedNs[row] = atNs;
    this.#cancels[row] = this.#scheduler.callAt(atNs, this.#firstIndex + row, () => {
      this.#armedNs[row] = NEVER;
      this.#wake(row, atNs);
    });
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel?.();
  }
}

/** Wheels turn by so much: nobody is woken before it is due, and an idle thread up to so much later. */
const TICK_NS = NS_PER_MS;
/** Rows that are woken at one go: the socket wants its turn, too. */
const ROWS_A_GO = 64;

/** A timing wheel for them all: for wall time, where a million wait and no order is promised. */
export class WheelWakes implements Wakes {
  readonly #scheduler: Scheduler;
  readonly #wake: Wake;
  readonly #onLateness: (atNs: number, latenessNs: number) => void;
  readonly #armedNs: Float64Array;
  readonly #wheel: RowWheel;
  /** The turn that is asked for. */
  #turn: { readonly atNs: number; readonly cancel: Cancel } | null = null;
  #isTurning = false;
  #stopped = false;

  constructor(
    scheduler: Scheduler,
    count: number,
    wake: Wake,
    onLateness: (atNs: number, latenessNs: number) => void,
  ) {
    this.#scheduler = scheduler;
    this.#wake = wake;
    this.#onLateness = onLateness;
    this.#armedNs = new Float64Array(count).fill(NEVER);
    this.#wheel = new RowWheel(count, Math.floor(scheduler.nowNs() / TICK_NS));
  }

  arm(row: number, atNs: number): void {
    if (atNs >= (this.#armedNs[row] ?? NEVER)) return;
    this.#armedNs[row] = atNs;
    this.#wheel.arm(row, Math.ceil(atNs / TICK_NS));
    if (!this.#isTurning && (this.#turn === null || atNs < this.#turn.atNs)) this.#askForTurn();
  }

  stop(): void {
    this.#stopped = true;
    this.#turn?.cancel();
  }

  #askForTurn(): void {
    this.#turn?.cancel();
    this.#turn = null;
    const tick = this.#wheel.nextTick();
    if (tick === null || this.#stopped) return;
    const atNs = tick * TICK_NS;
    this.#turn = { atNs, cancel: this.#scheduler.callAt(atNs, 0, () => this.#go()) };
  }

  #go(): void {
    this.#turn = null;
    this.#isTurning = true;
    try {
      const tick = Math.floor(this.#scheduler.nowNs() / TICK_NS);
      for (let woken = 0; woken < ROWS_A_GO; woken++) {
        const row = this.#wheel.take(tick);
        if (row < 0) break;
        const dueNs = this.#armedNs[row] ?? NEVER;
        this.#armedNs[row] = NEVER;
        this.#wake(row, dueNs);
        // Done, not begun: what a meter takes makes the next one late.
        const doneNs = this.#scheduler.nowNs();
        this.#onLateness(doneNs, Math.max(0, doneNs - dueNs));
      }
    } finally {
      this.#isTurning = false;
      this.#askForTurn();
    }
  }
}
