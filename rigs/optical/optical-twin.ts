import { drawBetween } from '../../devices/domain/chance.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { FLAG } from '../../devices/meter/columns.ts';
import { isSet } from '../../devices/meter/clock.ts';
import {
  createOpticalServer,
  type OpticalServer,
  type OpticalServerSettings,
} from '../../devices/protocol/c12-18/server.ts';
import { hostOfMeter } from '../bench/meter-host.ts';
import type { BenchPhysics } from '../bench/physics.ts';
import type { Cancel } from '../clock/scheduler.ts';
import type { Twin } from '../serial/twin.ts';

/** Time from the last byte to the meter's reaction, assumed; drawn for each packet. */
const REACTION_NS = { least: 5 * NS_PER_MS, most: 25 * NS_PER_MS } as const;
/** Draws of the reaction must not collide with the meter's own. */
const DRAW_OWNER = 0x0c18;

export interface OpticalTwinOptions {
  readonly physics: BenchPhysics;
  readonly serial: string;
  readonly password: Uint8Array;
  /** What differs from a C12.18 meter at 9600 bit/s. */
  readonly server?: Partial<OpticalServerSettings>;
}

/** The optical port of a simulated meter: its face to C12.18, mute while the meter has no power. */
export class OpticalTwin implements Twin {
  readonly #physics: BenchPhysics;
  readonly #server: OpticalServer;
  #send: (bytes: Uint8Array) => void = () => {};
  #cancelWake: Cancel = () => {};
  #reactions = 0;

  constructor(options: OpticalTwinOptions) {
    const { physics } = options;
    this.#physics = physics;
    this.#server = createOpticalServer(
      hostOfMeter(physics, options.serial, options.password),
      options.server,
    );
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    const { scheduler } = this.#physics;
    const { seed } = this.#physics.meters;
    const reactionNs = drawBetween(
      seed,
      DRAW_OWNER,
      this.#reactions++,
      REACTION_NS.least,
      REACTION_NS.most,
    );
    scheduler.callAt(Math.round(scheduler.nowNs() + reactionNs), 0, () => {
      if (!isSet(this.#physics.meters, this.#physics.row, FLAG.energised)) return;
      this.#answer(this.#server.receive(scheduler.nowNs(), bytes));
    });
  }

  #answer(frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.#send(frame);
    this.#armWake();
  }

  #armWake(): void {
    this.#cancelWake();
    const { scheduler } = this.#physics;
    const dueNs = this.#server.wakeAtNs();
    if (dueNs === Number.POSITIVE_INFINITY) return;
    this.#cancelWake = scheduler.callAt(dueNs, 0, () =>
      this.#answer(this.#server.wake(scheduler.nowNs())),
    );
  }
}
