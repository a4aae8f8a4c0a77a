import { drawBetween } from '../../devices/domain/chance.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import type { BenchPhysics } from '../bench/physics.ts';
import { BenchError } from '../port/bench.ts';
import type { EdgeInput } from '../port/instrument.ts';

/** Draws of the stamping error must not collide with the meter's own. */
const DRAW_OWNER = 0x0ed6e;

/** A simulated input that stamps the edges of the meter's 1 Hz clock output with the bench's clock. */
export class EdgeInputTwin implements EdgeInput {
  readonly uncertaintyNs: number;
  readonly #physics: BenchPhysics;
  #stamped = 0;

  constructor(physics: BenchPhysics, uncertaintyNs: number) {
    this.#physics = physics;
    this.uncertaintyNs = uncertaintyNs;
  }

  async edges(count: number, limitNs: number, signal: AbortSignal): Promise<readonly number[]> {
    const { scheduler } = this.#physics;
    const stamps: number[] = [];
    const enough = new AbortController();
    const cancel = this.#physics.onSecond(() => {
      stamps.push(scheduler.nowNs() + this.#stampErrorNs());
      if (stamps.length >= count) enough.abort();
    });
    try {
      const both = AbortSignal.any([enough.signal, signal]);
      await scheduler.sleepUntil(scheduler.nowNs() + limitNs, both).catch(() => undefined);
    } finally {
      cancel();
    }
    signal.throwIfAborted();
    if (stamps.length >= count) return stamps.slice(0, count);
    throw new BenchError(
      'dut',
      `clock output: awaited ${count} edges for ${formatDurationNs(limitNs)}, got ${stamps.length}`,
    );
  }

  /** Half of the expanded uncertainty each way: a stamp is never worse than the rig file says. */
  #stampErrorNs(): number {
    const half = this.uncertaintyNs / 2;
    const { seed } = this.#physics.meters;
    return Math.round(drawBetween(seed, DRAW_OWNER, this.#stamped++, -half, half));
  }
}
