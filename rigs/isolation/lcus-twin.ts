import type { Scheduler } from '../clock/scheduler.ts';
import type { Twin } from '../serial/twin.ts';
import { lcusCommand } from './lcus-frame.ts';

export interface LcusTwinOptions {
  readonly scheduler: Scheduler;
  readonly relays: number;
  /** Time from the last byte to the contact. */
  readonly operateNs: number;
  readonly moved: (relay: number, closed: boolean) => void;
}

/** A simulated LCUS board: takes the real board's bytes, moves contacts after their operate time. */
export class LcusTwin implements Twin {
  readonly #options: LcusTwinOptions;
  readonly #closed: boolean[];
  #received: number[] = [];
  #send: (bytes: Uint8Array) => void = () => {};

  constructor(options: LcusTwinOptions) {
    this.#options = options;
    this.#closed = Array.from({ length: options.relays }, () => false);
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#received.length === 0 && byte === 0xff) this.#answerStates();
      else this.#received.push(byte);
      if (this.#received[0] !== 0xa0) this.#received = [];
      if (this.#received.length === 4) this.#obey();
    }
  }

  #obey(): void {
    const [, relay = 0, operation] = this.#received;
    const frame = Uint8Array.from(this.#received);
    this.#received = [];
    const closed = operation === 1;
    const known = relay >= 1 && relay <= this.#options.relays;
    if (!known || Buffer.compare(frame, lcusCommand(relay, closed)) !== 0) return;
    const { scheduler, operateNs, moved } = this.#options;
    scheduler.callAt(scheduler.nowNs() + operateNs, 0, () => {
      this.#closed[relay - 1] = closed;
      moved(relay, closed);
    });
  }

  #answerStates(): void {
    const states = this.#closed.map(
      (closed, index) => `CH${index + 1}:${closed ? 'ON' : 'OFF'} \r\n`,
    );
    this.#send(Buffer.from(states.join(''), 'latin1'));
  }
}
