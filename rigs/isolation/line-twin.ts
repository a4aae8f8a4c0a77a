import type { Cancel, Scheduler } from '../clock/scheduler.ts';
import type { Twin } from '../serial/twin.ts';

export interface LineTwinOptions {
  readonly scheduler: Scheduler;
  readonly line: 'dtr' | 'rts';
  /** State of the line that closes the contact. */
  readonly closedAt: boolean;
  /** Time from the line to the contact; a change that is shorter moves nothing. */
  readonly operateNs: number;
  readonly moved: (closed: boolean) => void;
}

/** A simulated relay on a control line; bytes mean nothing to it. */
export class LineTwin implements Twin {
  readonly #options: LineTwinOptions;
  #cancelMove: Cancel = () => {};

  constructor(options: LineTwinOptions) {
    this.#options = options;
  }

  connect(): void {}

  receive(): void {}

  lines(states: { readonly dtr: boolean; readonly rts: boolean }): void {
    const { scheduler, line, closedAt, operateNs, moved } = this.#options;
    this.#cancelMove();
    this.#cancelMove = scheduler.callAt(scheduler.nowNs() + operateNs, 0, () =>
      moved(states[line] === closedAt),
    );
  }
}
