import { drawBetween } from '../../devices/domain/chance.ts';
import type { BenchPhysics } from '../bench/physics.ts';
import type { Cancel } from '../clock/scheduler.ts';
import type { Twin } from '../serial/twin.ts';
import { EDGE, START_EDGES, STOP_EDGES } from './edge-input.ts';

/** Draws of the stamping error must not collide with the meter's own. */
const DRAW_OWNER = 0x0ed6e;

/** A simulated edge input: a byte for each edge of the meter's 1 Hz output, late by up to its uncertainty. */
export class EdgeInputTwin implements Twin {
  readonly #physics: BenchPhysics;
  readonly #uncertaintyNs: number;
  #send: (bytes: Uint8Array) => void = () => {};
  #cancel: Cancel | null = null;
  #sent = 0;

  constructor(physics: BenchPhysics, uncertaintyNs: number) {
    this.#physics = physics;
    this.#uncertaintyNs = uncertaintyNs;
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === START_EDGES) this.#cancel ??= this.#physics.onSecond(() => this.#edge());
      if (byte !== STOP_EDGES) continue;
      this.#cancel?.();
      this.#cancel = null;
    }
  }

  #edge(): void {
    const { scheduler, meters } = this.#physics;
    const lateNs = drawBetween(meters.seed, DRAW_OWNER, this.#sent++, 0, this.#uncertaintyNs);
    scheduler.callAt(Math.round(scheduler.nowNs() + lateNs), 0, () => {
      this.#send(Uint8Array.of(EDGE));
    });
  }
}
