import { MS_PER_S, NS_PER_MS } from '../../devices/domain/time.ts';
import { type Cancel, type Scheduler, sleepOn } from './scheduler.ts';

/** Longest time that one setTimeout can hold; longer waits are made of several. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** What two processes of one host need to share a clock: the host's monotonic time is one for all. */
export interface WallClockOrigin {
  readonly startUtcMs: number;
  /** The host's monotonic time at which `nowNs` is 0; a decimal text, as it outgrows a number. */
  readonly zeroNs: string;
}

/** The host's monotonic clock, UTC taken from the host when it is made. */
export class WallClock implements Scheduler {
  readonly startUtcMs: number;
  readonly #zeroNs: bigint;
  #failure: (error: unknown) => void = rethrow;

  /** @param origin of the clock of another process of this host, to tell the same time */
  constructor(origin: WallClockOrigin = originNow()) {
    this.startUtcMs = origin.startUtcMs;
    this.#zeroNs = BigInt(origin.zeroNs);
  }

  get origin(): WallClockOrigin {
    return { startUtcMs: this.startUtcMs, zeroNs: String(this.#zeroNs) };
  }

  nowNs(): number {
    return Number(process.hrtime.bigint() - this.#zeroNs);
  }

  onFailure(listener: (error: unknown) => void): void {
    this.#failure = listener;
  }

  stir(): void {}

  sleepUntil(atNs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, atNs, 0, signal);
  }

  callAt(atNs: number, _owner: number, callback: () => void): Cancel {
    let timeout: NodeJS.Timeout;
    const arm = (): void => {
      const leftMs = (atNs - this.nowNs()) / NS_PER_MS;
      // setTimeout rounds down to whole ms; rounding up keeps the promise "not before".
      const delayMs = Math.min(Math.max(0, Math.ceil(leftMs)), LONGEST_TIMEOUT_MS);
      timeout = setTimeout(() => (this.nowNs() >= atNs ? this.#call(callback) : arm()), delayMs);
    };
    arm();
    return () => clearTimeout(timeout);
  }

  #call(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#failure(error);
    }
  }
}

function originNow(): WallClockOrigin {
  const utcMs = Date.now();
  const startUtcMs = Math.floor(utcMs / MS_PER_S) * MS_PER_S;
  const zeroNs = process.hrtime.bigint() - BigInt((utcMs - startUtcMs) * NS_PER_MS);
  return { startUtcMs, zeroNs: String(zeroNs) };
}

function rethrow(error: unknown): never {
  throw error;
}
