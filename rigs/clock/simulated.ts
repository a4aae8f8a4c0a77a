import { type Cancel, type Scheduler, sleepOn } from './scheduler.ts';

interface Due {
  readonly atNs: number;
  readonly owner: number;
  readonly sequence: number;
  callback: (() => void) | null;
}

/** Sleepers of the runner stand behind every meter that is due at the same instant. */
const RUNNER = Number.MAX_SAFE_INTEGER;

/**
 * Simulated time. It advances to the next due instant only after a full turn of the event loop in
 * which nothing stirred, so that bytes in flight in a serial stream arrive first. Nothing real may
 * be awaited while it runs (no file, no socket, no timer).
 */
export class SimulatedClock implements Scheduler {
  readonly startUtcMs: number;
  #nowNs = 0;
  #sequence = 0;
  #stirred = 0;
  #running = false;
  #failure: (error: unknown) => void = rethrow;
  readonly #heap: Due[] = [];

  constructor(startUtcMs: number) {
    this.startUtcMs = startUtcMs;
  }

  nowNs(): number {
    return this.#nowNs;
  }

  onFailure(listener: (error: unknown) => void): void {
    this.#failure = listener;
  }

  stir(): void {
    this.#stirred++;
  }

  sleepUntil(atNs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, atNs, RUNNER, signal);
  }

  callAt(atNs: number, owner: number, callback: () => void): Cancel {
    this.stir();
    const due: Due = {
      atNs: Math.max(atNs, this.#nowNs),
      owner,
      sequence: this.#sequence++,
      callback,
    };
    this.#push(due);
    if (!this.#running) void this.#run();
    return () => {
      due.callback = null;
    };
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (;;) {
        await this.#quiet();
        const due = this.#pop();
        if (due === undefined) return;
        if (due.callback === null) continue;
        this.#nowNs = due.atNs;
        try {
          due.callback();
        } catch (error) {
          this.#failure(error);
        }
      }
    } finally {
      this.#running = false;
    }
  }

  /** Waits until a whole turn of the event loop has passed in which nothing stirred. */
  async #quiet(): Promise<void> {
    for (;;) {
      const before = this.#stirred;
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      if (this.#stirred === before) return;
    }
  }

  #push(due: Due): void {
    const heap = this.#heap;
    heap.push(due);
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!swapIfEarlier(heap, child, parent)) return;
      child = parent;
    }
  }

  #pop(): Due | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let child = left;
      if (right < heap.length && isEarlier(heap, right, left)) child = right;
      if (child >= heap.length || !swapIfEarlier(heap, child, parent)) return first;
      parent = child;
    }
  }
}

function rethrow(error: unknown): never {
  throw error;
}

function isEarlier(heap: readonly Due[], one: number, other: number): boolean {
  const a = heap[one];
  const b = heap[other];
  if (a === undefined || b === undefined) return false;
  if (a.atNs !== b.atNs) return a.atNs < b.atNs;
  if (a.owner !== b.owner) return a.owner < b.owner;
  return a.sequence < b.sequence;
}

function swapIfEarlier(heap: Due[], child: number, parent: number): boolean {
  if (!isEarlier(heap, child, parent)) return false;
  const held = heap[child];
  const other = heap[parent];
  if (held === undefined || other === undefined) return false;
  heap[child] = other;
  heap[parent] = held;
  return true;
}
