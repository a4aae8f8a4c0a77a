import { testIdentity } from '../../devices/domain/identity.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { createMeters, type Meters } from '../../devices/meter/columns.ts';
import { METER_RULES } from '../../devices/meter/rules/index.ts';
import type { CosemNode } from '../../devices/protocol/dlms/server/node.ts';
import { BenchPhysics } from '../bench/physics.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import { cosemNodeOf, type CosemMeterOptions } from './cosem-meter.ts';
import { livePast, SERVED_MILLI_AMPS } from './past.ts';

export interface CosemFleetOptions extends Pick<
  CosemMeterOptions,
  'readerPassword' | 'signedImages' | 'settings'
> {
  readonly scheduler: Scheduler;
  readonly seed: number;
  readonly profile: MeterProfile;
  /** Which meter of the test fleet the first one is. */
  readonly firstIndex: number;
  readonly count: number;
  /** How long they have had power and load already. */
  readonly historyNs?: number;
}

/**
 * Meters that are asked over DLMS alone: one table for all, with power and load. What a meter needs to
 * answer is made when it is first called; nobody pays for those that nobody calls.
 */
export class CosemFleet {
  readonly #options: CosemFleetOptions;
  readonly #physics: readonly BenchPhysics[];

  constructor(options: CosemFleetOptions) {
    const { scheduler, seed, profile, firstIndex, count, historyNs = 0 } = options;
    this.#options = options;
    const nowNs = scheduler.nowNs();
    const bornNs = nowNs - historyNs;
    const meters: Meters = createMeters({
      count,
      seed,
      firstIndex,
      profile,
      rules: METER_RULES,
      createdAtNs: bornNs,
      startUtcMs: scheduler.startUtcMs,
      withEventLog: true,
      withLoadProfile: true,
      withRegisters: true,
      withModule: true,
      withCosem: true,
    });
    if (bornNs < nowNs) {
      for (let row = 0; row < count; row++) livePast(meters, row, bornNs, nowNs);
    }
    // They have no module link: what the model says goes nowhere.
    const silent = { say: () => undefined };
    this.#physics = Array.from(
      { length: count },
      (_, row) => new BenchPhysics(scheduler, meters, row, silent),
    );
  }

  powerOn(): void {
    const { voltageMilliVolts } = this.#options.profile;
    for (const physics of this.#physics) physics.supply(voltageMilliVolts, SERVED_MILLI_AMPS);
  }

  /**
   * A meter as a port serves it, made anew: whoever serves it keeps it.
   * @param closePath closes a connection to it
   * @throws RangeError when there is no such meter
   */
  node(row: number, closePath: (path: string) => void): CosemNode {
    const { firstIndex, readerPassword, signedImages, settings } = this.#options;
    const physics = this.#physics[row];
    if (physics === undefined) throw new RangeError(`fleet: there is no meter ${row}`);
    const index = firstIndex + row;
    return cosemNodeOf(
      {
        physics,
        index,
        identity: testIdentity(index),
        readerPassword,
        ...(signedImages !== undefined && { signedImages }),
        ...(settings && { settings }),
      },
      closePath,
    );
  }

  /** Nothing of them happens any more by itself. */
  stop(): void {
    for (const physics of this.#physics) physics.stop();
  }
}
