import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import { createMeters } from '../../../devices/meter/columns.ts';
import { openInstruments } from '../../../rigs/bench/instruments.ts';
import { BenchPhysics } from '../../../rigs/bench/physics.ts';
import { twinOf } from '../../../rigs/bench/twin-lines.ts';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import { ourDriver } from '../../../rigs/driver/registry.ts';
import type { SafeParts } from '../../../rigs/guardian/make-safe.ts';
import { openSerialChannel } from '../../../rigs/serial/serial-channel.ts';
import { SimulatedLine } from '../../../rigs/serial/simulated-line.ts';
import type { Twin } from '../../../rigs/serial/twin.ts';
import { faultyTwin, type TwinFault } from '../../../rigs/wrap/faulty-twin.ts';
import { loadRigSide } from '../../../harness/main/rig-side.ts';

/** Switch, source and standard of the shipped bench on one physics, in simulated time, energised. */
export interface GuardedTwins {
  readonly clock: SimulatedClock;
  readonly physics: BenchPhysics;
  readonly parts: SafeParts;
}

/** @param faults by role, from now on; the standard's `senses` may be changed */
export async function guardedTwins(
  faults: Readonly<Partial<Record<string, TwinFault>>> = {},
  standard: 'downstream' | 'upstream' | 'none' = 'downstream',
): Promise<GuardedTwins> {
  const clock = new SimulatedClock(Date.UTC(2026, 0, 5));
  const { rig, sockets } = loadRigSide('simulated');
  const [{ position, profile }] = sockets;
  const meters = createMeters({
    count: 1,
    seed: 1,
    profile,
    rules: METER_RULES,
    createdAtNs: 0,
    startUtcMs: clock.startUtcMs,
    firstIndex: 0,
    withRegisters: true,
  });
  const physics = new BenchPhysics(clock, meters, 0, { say: () => undefined });
  const senses = standard === 'upstream' ? 'upstream' : 'downstream';
  const meter = { serial: position.dut.serial, password: new Uint8Array(20) };
  const breaking: BreakingTwin[] = [];
  const {
    isolation,
    source,
    standard: opened,
  } = await openInstruments({
    rig: rig.standard === undefined ? rig : { ...rig, standard: { ...rig.standard, senses } },
    position: { id: position.id, dut: position.dut },
    clock,
    operator: { ask: () => Promise.reject(new Error('nobody is there')) },
    limits: { milliVolts: 264_000, milliAmps: 100_000 },
    secret: () => new Uint8Array(20),
    driverOf: ourDriver,
    openLine: ({ role, name, driver, binding, settings }) => {
      const twin = twinOf(driver, name, binding, { physics, seed: 1, senses, meter });
      const fault = faults[role];
      const far =
        fault === undefined ? twin : new BreakingTwin(twin, faultyTwin(twin, fault, clock));
      if (far instanceof BreakingTwin) breaking.push(far);
      const line = new SimulatedLine(role, clock, far);
      return openSerialChannel({
        ...settings,
        name,
        path: line.path,
        binding: line.binding,
        clock,
      });
    },
  });
  for (const twin of breaking) twin.break();
  physics.setSource({ on: true, milliVolts: 240_000, milliAmps: 30_000 });
  physics.setSwitch(true);
  return {
    clock,
    physics,
    parts: {
      isolation,
      source,
      openStandard: () => Promise.resolve(standard === 'none' ? null : opened),
    },
  };
}

/** Well until the instruments are open, then faulty. */
class BreakingTwin implements Twin {
  readonly #well: Twin;
  readonly #faulty: Twin;
  #send: (bytes: Uint8Array) => void = () => {};
  #broken = false;

  constructor(well: Twin, faulty: Twin) {
    this.#well = well;
    this.#faulty = faulty;
  }

  break(): void {
    this.#broken = true;
    this.#faulty.connect(this.#send);
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
    this.#well.connect(send);
  }

  receive(bytes: Uint8Array, nowNs: number): void {
    (this.#broken ? this.#faulty : this.#well).receive(bytes, nowNs);
  }
}
