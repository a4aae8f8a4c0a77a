import { drawBetween } from '../../devices/domain/chance.ts';
import type { Cancel, Scheduler } from '../clock/scheduler.ts';
import type { Twin } from '../serial/twin.ts';
import { EDGE, START_EDGES, STOP_EDGES } from './edge-bytes.ts';

export interface EdgeInputTwinOptions {
  readonly scheduler: Scheduler;
  readonly seed: number;
  /** Two inputs of one bench are late by chances of their own. */
  readonly drawOwner: number;
  readonly uncertaintyNs: number;
  /** Calls at every edge of the output that is watched, until cancelled. */
  readonly onEdge: (listener: () => void) => Cancel;
}

/** A simulated edge input: a byte for each edge of an output of the meter, late by up to its uncertainty. */
export class EdgeInputTwin implements Twin {
  readonly #options: EdgeInputTwinOptions;
  #send: (bytes: Uint8Array) => void = () => {};
  #cancel: Cancel | null = null;
  #sent = 0;

  constructor(options: EdgeInputTwinOptions) {
    this.#options = options;
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === START_EDGES) this.#cancel ??= this.#options.onEdge(() => this.#edge());
      if (byte !== STOP_EDGES) continue;
      this.#cancel?.();
      this.#cancel = null;
    }
  }

  #edge(): void {
    const { scheduler, seed, drawOwner, uncertaintyNs } = this.#options;
    const lateNs = drawBetween(seed, drawOwner, this.#sent++, 0, uncertaintyNs);
    scheduler.callAt(Math.round(scheduler.nowNs() + lateNs), 0, () => {
      this.#send(Uint8Array.of(EDGE));
    });
  }
}
