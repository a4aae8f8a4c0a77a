import type { Scheduler } from '../clock/scheduler.ts';
import type { Twin } from '../serial/twin.ts';

/**
 * What an instrument at the far end of a line may do wrong. `unplugged` and `stuck` are not here: the
 * first takes the port away, the second is the bench's physics.
 */
export const TWIN_FAULTS = ['dead', 'garbage', 'echo', 'slow'] as const;
export type TwinFault = (typeof TWIN_FAULTS)[number];

/** Of a slow instrument each byte takes so long: far longer than any driver waits for an answer. */
const SLOW_BYTE_NS = 3e9;
/** Neither SCPI, nor ASCII, nor a frame of any protocol here. */
const GARBAGE = Uint8Array.of(0xfe, 0x00, 0x81, 0x7e, 0x0d, 0x0a);

/** Wraps a twin: after so many writes of the host have been answered well, the fault begins. */
export function faultyTwin(
  twin: Twin,
  fault: TwinFault,
  scheduler: Scheduler,
  afterWrites = 0,
): Twin {
  return new FaultyTwin(twin, fault, scheduler, afterWrites);
}

class FaultyTwin implements Twin {
  readonly #twin: Twin;
  readonly #fault: TwinFault;
  readonly #scheduler: Scheduler;
  readonly #afterWrites: number;
  #writes = 0;
  #send: (bytes: Uint8Array) => void = () => {};

  constructor(twin: Twin, fault: TwinFault, scheduler: Scheduler, afterWrites: number) {
    this.#twin = twin;
    this.#fault = fault;
    this.#scheduler = scheduler;
    this.#afterWrites = afterWrites;
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
    this.#twin.connect((bytes) => this.#answer(bytes));
  }

  receive(bytes: Uint8Array, nowNs: number): void {
    this.#writes++;
    if (this.#isFaulty && this.#fault === 'echo') this.#send(bytes);
    this.#twin.receive(bytes, nowNs);
  }

  lines(states: { readonly dtr: boolean; readonly rts: boolean }): void {
    this.#twin.lines?.(states);
  }

  get #isFaulty(): boolean {
    return this.#writes > this.#afterWrites;
  }

  #answer(bytes: Uint8Array): void {
    if (!this.#isFaulty) {
      this.#send(bytes);
      return;
    }
    switch (this.#fault) {
      case 'dead':
        return;
      case 'garbage':
        this.#send(GARBAGE);
        return;
      case 'echo':
        this.#send(bytes);
        return;
      case 'slow':
        this.#drip(bytes);
    }
  }

  #drip(bytes: Uint8Array): void {
    for (const [index, byte] of bytes.entries()) {
      const atNs = this.#scheduler.nowNs() + (index + 1) * SLOW_BYTE_NS;
      this.#scheduler.callAt(atNs, 0, () => this.#send(Uint8Array.of(byte)));
    }
  }
}
