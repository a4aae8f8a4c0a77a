import { drawBetween } from '../../devices/domain/chance.ts';
import type { Message } from '../../devices/domain/message.ts';
import type { MeterInput } from '../../devices/meter/input.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import type { Scheduler } from '../clock/scheduler.ts';

/** One-way delays of an idle cellular link; assumed, drawn for each message. */
const DELAY_NS = { least: 20 * NS_PER_MS, most: 200 * NS_PER_MS } as const;
/** Draws of the link must not collide with the meter's own. */
const DRAW_OWNER = 0x11a6;

/** A link between a module and a head-end in one process: values, with seeded delays, both ways. */
export class MemoryLink {
  readonly #scheduler: Scheduler;
  readonly #seed: number;
  readonly #deliver: (input: MeterInput) => void;
  #messages = 0;
  #listener: (message: Message) => void = () => {};

  /** `deliver` hands an input to the module at the far end. */
  constructor(scheduler: Scheduler, seed: number, deliver: (input: MeterInput) => void) {
    this.#scheduler = scheduler;
    this.#seed = seed;
    this.#deliver = deliver;
  }

  onUplink(listener: (message: Message) => void): void {
    this.#listener = listener;
  }

  uplink(message: Message): void {
    this.#scheduler.callAt(this.#arrivalNs(), 0, () => this.#listener(message));
  }

  downlink(input: MeterInput): void {
    this.#scheduler.callAt(this.#arrivalNs(), 0, () => this.#deliver(input));
  }

  #arrivalNs(): number {
    const delayNs = drawBetween(
      this.#seed,
      DRAW_OWNER,
      this.#messages++,
      DELAY_NS.least,
      DELAY_NS.most,
    );
    return Math.round(this.#scheduler.nowNs() + delayNs);
  }
}
