import type { Clock } from '../port/clock.ts';

/** Takes a callback back that has not run yet. */
export type Cancel = () => void;

/**
 * A clock that also calls back: what twins and models are driven by. Callbacks due at one instant
 * run in the order of `owner` (a meter's index), then in the order in which they were asked for.
 */
export interface Scheduler extends Clock {
  callAt(atNs: number, owner: number, callback: () => void): Cancel;
  /** Says that something besides the clock is under way, so that simulated time does not advance yet. */
  stir(): void;
}

/** `sleepUntil` in terms of `callAt`; the same for every kind of time. */
export function sleepOn(
  scheduler: Scheduler,
  atNs: number,
  owner: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(reasonOf(signal));
      return;
    }
    const onAbort = (): void => {
      cancel();
      scheduler.stir();
      reject(reasonOf(signal));
    };
    const cancel = scheduler.callAt(atNs, owner, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('cancelled', { cause: reason });
}
