import { drawBetween } from '../../devices/domain/chance.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import type { ServerName } from '../../devices/head-end/store.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import type { Tap } from '../wrap/tap.ts';

/** One-way delays of an idle cellular link; assumed, drawn for each APDU. */
const DELAY_NS = { least: 20 * NS_PER_MS, most: 200 * NS_PER_MS } as const;
/** Draws of the link must not collide with the meter's own. */
const DRAW_OWNER = 0x11a6;

export interface MemoryLinkOptions {
  readonly scheduler: Scheduler;
  readonly seed: number;
  /** Index of the meter at the near end, for the tap. */
  readonly index: number;
  readonly toModule: (bytes: Uint8Array) => void;
  readonly toHost: (host: ServerName, bytes: Uint8Array) => void;
  /** Sits at the module: sees what it sends as it leaves, and what reaches it. */
  readonly tap?: Tap;
}

/** A link between one module and its servers in one process: APDUs, with seeded delays, both ways. */
export class MemoryLink {
  readonly #options: MemoryLinkOptions;
  #carried = 0;
  #ended = false;

  constructor(options: MemoryLinkOptions) {
    this.#options = options;
  }

  up(host: ServerName, bytes: Uint8Array): void {
    this.#tap('up', host, bytes);
    this.#carry(() => this.#options.toHost(host, bytes));
  }

  down(host: ServerName, bytes: Uint8Array): void {
    this.#carry(() => {
      this.#tap('down', host, bytes);
      this.#options.toModule(bytes);
    });
  }

  /** What is still on its way arrives nowhere. */
  end(): void {
    this.#ended = true;
  }

  #carry(arrive: () => void): void {
    const { scheduler, seed } = this.#options;
    const delayNs = drawBetween(seed, DRAW_OWNER, this.#carried++, DELAY_NS.least, DELAY_NS.most);
    scheduler.callAt(Math.round(scheduler.nowNs() + delayNs), 0, () => {
      if (!this.#ended) arrive();
    });
  }

  #tap(direction: 'up' | 'down', host: ServerName, bytes: Uint8Array): void {
    const { tap, scheduler, index } = this.#options;
    tap?.(scheduler.nowNs(), index, direction, host, bytes);
  }
}
