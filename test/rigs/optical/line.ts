import { setImmediate } from 'node:timers/promises';
import type { OpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import type { ByteChannel } from '../../../rigs/port/channel.ts';
import type { Clock } from '../../../rigs/port/clock.ts';

interface Sleeper {
  readonly atNs: number;
  readonly wake: () => void;
}

/**
 * A clock that is driven by hand: it jumps to whatever comes next, a sleeper or the far end, once
 * nothing else runs.
 */
export class HandClock implements Clock {
  readonly startUtcMs = 0;
  #nowNs = 0;
  #sleepers: Sleeper[] = [];

  /** Nothing is called back here but the sleepers themselves. */
  onFailure(): void {}

  nowNs(): number {
    return this.#nowNs;
  }
  async sleepUntil(atNs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const sleeper = { atNs, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  /** Lets time run until the work is done; `others` are what else wants to be woken. */
  async run<T>(work: Promise<T>, others: readonly Wakeable[] = []): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => {});
    for (;;) {
      await setImmediate();
      if (done) return settled;
      this.#step(others);
    }
  }

  #step(others: readonly Wakeable[]): void {
    const next = Math.min(
      ...this.#sleepers.map(({ atNs }) => atNs),
      ...others.map((other) => other.wakeAtNs()),
    );
    if (next === Infinity) throw new Error('nothing will ever happen again');
    this.#nowNs = Math.max(this.#nowNs, next);
    for (const other of others) if (other.wakeAtNs() <= this.#nowNs) other.wake();
    const due = this.#sleepers.filter(({ atNs }) => atNs <= this.#nowNs);
    this.#sleepers = this.#sleepers.filter(({ atNs }) => atNs > this.#nowNs);
    for (const sleeper of due) sleeper.wake();
  }
}

export interface Wakeable {
  wakeAtNs(): number;
  wake(): void;
}

type Answer = (bytes: Uint8Array) => readonly Uint8Array[];

/**
 * A channel in memory whose far end answers what is written after `delayNs`. `echo` lets the
 * near end hear itself; `meddle` may change, drop or add bytes on their way to the client.
 */
export class MemoryChannel implements ByteChannel, Wakeable {
  readonly name = 'memory';
  readonly written: Uint8Array[] = [];
  readonly #clock: HandClock;
  readonly #options: MemoryChannelOptions;
  #listener: ((bytes: Uint8Array, atNs: number) => void) | null = null;
  #due: { readonly atNs: number; readonly bytes: Uint8Array }[] = [];

  constructor(clock: HandClock, options: MemoryChannelOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.written.push(bytes.slice());
    if (this.#options.echo === true) this.#post(0, bytes);
    this.push(this.#options.answer(bytes));
    return Promise.resolve();
  }
  listen(listener: ((bytes: Uint8Array, atNs: number) => void) | null): void {
    this.#listener = listener;
  }
  /** A line in memory is never lost. */
  onLost(): void {}
  setBaudRate(): Promise<void> {
    return Promise.resolve();
  }

  setLines(): Promise<boolean> {
    return Promise.resolve(false);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Sends to the near end what the far end says. */
  push(chunks: readonly Uint8Array[]): void {
    const { meddle, delayNs = 0, oneAfterTheOther = false } = this.#options;
    for (const [index, chunk] of chunks.entries()) {
      const bytes = meddle?.(chunk) ?? chunk;
      if (bytes.length > 0) this.#post(oneAfterTheOther ? (index + 1) * delayNs : delayNs, bytes);
    }
  }
  wakeAtNs(): number {
    return this.#due[0]?.atNs ?? Infinity;
  }
  wake(): void {
    const next = this.#due.shift();
    if (next !== undefined) this.#listener?.(next.bytes, next.atNs);
  }

  #post(delayNs: number, bytes: Uint8Array): void {
    this.#due.push({ atNs: this.#clock.nowNs() + delayNs, bytes: bytes.slice() });
  }
}

export interface MemoryChannelOptions {
  readonly answer: Answer;
  readonly delayNs?: number;
  /** The delay counts from chunk to chunk, not from the request. */
  readonly oneAfterTheOther?: boolean;
  readonly echo?: boolean;
  readonly meddle?: (bytes: Uint8Array) => Uint8Array;
}

/** The far end as something that has to be woken. */
export function wakeableServer(
  server: OpticalServer,
  channel: MemoryChannel,
  clock: Clock,
): Wakeable {
  return {
    wakeAtNs: () => server.wakeAtNs(),
    wake: () => channel.push(server.wake(clock.nowNs())),
  };
}
