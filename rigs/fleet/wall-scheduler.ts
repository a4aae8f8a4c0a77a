import { NS_PER_MS } from '../../devices/domain/time.ts';
import { type Cancel, type Scheduler, sleepOn } from '../clock/scheduler.ts';
import { DueHeap } from './due-heap.ts';

export interface WallSchedulerOptions {
  readonly startUtcMs: number;
  /** process.hrtime.bigint() at which the run's clock was zero: the same in every thread. */
  readonly zeroNs: bigint;
  /** How late each callback was called. */
  readonly onLateness: (atNs: number, latenessNs: number) => void;
}

/** Within so long before something is due the thread spins, as no timer is so exact. */
const SPIN_NS = NS_PER_MS;
/** setTimeout waits whole milliseconds, and up to one more. */
const TIMER_SLACK_MS = 1;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
/** Sockets get their turn after so long. */
const TURN_NS = 2 * NS_PER_MS;

/**
 * The host's monotonic clock for many callbacks: one heap and one timer, however many are
 * pending. Callbacks due at one instant run in the order of owners.
 */
export class WallScheduler implements Scheduler {
  readonly startUtcMs: number;
  /** What this thread's high-resolution clock showed when the run's was zero, ms. */
  readonly #zeroMs: number;
  readonly #onLateness: WallSchedulerOptions['onLateness'];
  readonly #heap = new DueHeap();
  #failure: (error: unknown) => void = rethrow;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  /** What the timer was set for. */
  #timerForNs = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor({ startUtcMs, zeroNs, onLateness }: WallSchedulerOptions) {
    this.startUtcMs = startUtcMs;
    const sinceZeroNs = Number(process.hrtime.bigint() - zeroNs);
    this.#zeroMs = performance.now() - sinceZeroNs / NS_PER_MS;
    this.#onLateness = onLateness;
  }

  nowNs(): number {
    // hrtime.bigint() costs four times as much, and this is asked several times a message.
    return Math.round((performance.now() - this.#zeroMs) * NS_PER_MS);
  }

  onFailure(listener: (error: unknown) => void): void {
    this.#failure = listener;
  }

  stir(): void {}

  sleepUntil(atNs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, atNs, 0, signal);
  }

  callAt(atNs: number, owner: number, callback: () => void): Cancel {
    const due = this.#heap.add(atNs, owner, callback);
    if (atNs < this.#timerForNs) this.#arm();
    return () => this.#heap.cancel(due);
  }

  /** Calls nothing back any more. */
  stop(): void {
    this.#stopped = true;
    this.#disarm();
  }

  #arm(): void {
    if (this.#stopped || this.#immediate !== null) return;
    this.#disarm();
    const dueNs = this.#heap.nextNs();
    if (dueNs === null) return;
    this.#timerForNs = dueNs;
    const leftNs = dueNs - this.nowNs();
    if (leftNs <= SPIN_NS) {
      this.#immediate = setImmediate(() => this.#run());
      return;
    }
    const delayMs = Math.floor(leftNs / NS_PER_MS) - TIMER_SLACK_MS;
    this.#timer = setTimeout(() => this.#run(), Math.min(Math.max(delayMs, 0), LONGEST_TIMEOUT_MS));
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
    this.#timerForNs = Number.POSITIVE_INFINITY;
  }

  #run(): void {
    this.#timer = null;
    this.#immediate = null;
    // Nothing that is asked for in a callback need arm anything: that is done at the end.
    this.#timerForNs = Number.NEGATIVE_INFINITY;
    const beganNs = this.nowNs();
    while (!this.#stopped) {
      const nowNs = this.nowNs();
      if (nowNs - beganNs > TURN_NS) break;
      const due = this.#heap.takeDue(nowNs);
      if (due === null) break;
      try {
        due.callback();
      } catch (error) {
        this.#failure(error);
      }
      // Done, not begun: what the callback itself takes makes the next one late.
      this.#onLateness(nowNs, Math.max(0, this.nowNs() - due.atNs));
    }
    this.#arm();
  }
}

function rethrow(error: unknown): never {
  throw error;
}
