import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import { createMeters } from '../../../devices/meter/columns.ts';
import { loadProfile } from '../../../harness/main/rig-files.ts';
import { BenchPhysics } from '../../../rigs/bench/physics.ts';
import type { Scheduler } from '../../../rigs/clock/scheduler.ts';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import { WallClock } from '../../../rigs/clock/wall.ts';
import type { Driver, DriverContext, Ports, Role } from '../../../rigs/driver/driver.ts';
import type { InstrumentDescription } from '../../../rigs/driver/instrument-block.ts';
import { openLine } from '../../../rigs/serial/open-line.ts';
import { openSerialChannel } from '../../../rigs/serial/serial-channel.ts';
import {
  type ServedTwin,
  serveTwinOverPty,
  serveTwinOverTcp,
} from '../../../rigs/serial/served-twin.ts';
import { SimulatedLine } from '../../../rigs/serial/simulated-line.ts';
import { faultyTwin, type TwinFault } from '../../../rigs/wrap/faulty-twin.ts';

import { missingPeers, PEERS_REQUIRED } from '../../interop/peers.ts';
import { contextOf } from './context.ts';

/** Over what a driver reaches its twin: the mock binding in simulated time, or a real port in wall time. */
export type Way = 'simulated' | 'pty' | 'tcp';

export interface FarEnd<R extends Role> {
  readonly instrument: Ports[R];
  readonly physics: BenchPhysics;
  readonly clock: Scheduler;
  /** Null in simulated time; its `close` pulls the cable. */
  readonly served: ServedTwin | null;
  close(): Promise<void>;
}

export interface FarEndOptions {
  readonly fault?: TwinFault;
  readonly afterWrites?: number;
  readonly instrument?: InstrumentDescription | null;
  readonly context?: Partial<DriverContext>;
  /** Of a twin that is not what the driver takes it for. */
  readonly twinOptions?: object;
}

const PASSWORD = new Uint8Array(20);
const CERTIFIED: InstrumentDescription = {
  make: 'meterbench',
  model: 'twin',
  serial: '1',
  certificate: null,
  calibrated: null,
  due: null,
  uncertainty: { expanded: 200, unit: 'ppm', coverageFactor: 2 },
};

/** A pty is made by socat; where that is missing, tests over one are skipped by name. */
export const NO_PTY = missingPeers({ socat: ['socat', '-V'] }).length > 0 && !PEERS_REQUIRED;

/** Opens a driver against its own twin on a bench of one meter: what every driver's contract is tested on. */
export async function farEnd<R extends Role>(
  driver: Driver<R>,
  options: object,
  way: Way,
  {
    fault,
    afterWrites,
    instrument = CERTIFIED,
    context = {},
    twinOptions = options,
  }: FarEndOptions = {},
): Promise<FarEnd<R>> {
  const clock = way === 'simulated' ? new SimulatedClock(Date.UTC(2026, 0, 5)) : new WallClock();
  const physics = physicsOfOne(clock);
  const meter = { serial: '60012345', password: PASSWORD };
  const twin = driver.twin?.(twinOptions, { physics, seed: 1, instrument, meter });
  if (twin === undefined) throw new Error(`${driver.name} has no twin`);
  const wrapped = fault === undefined ? twin : faultyTwin(twin, fault, clock, afterWrites);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'meterbench-far-end-'));
  const served =
    way === 'simulated'
      ? null
      : way === 'tcp'
        ? await serveTwinOverTcp(wrapped, clock)
        : await serveTwinOverPty(wrapped, clock, path.join(folder, 'port'));
  const line = served === null ? new SimulatedLine(driver.name, clock, wrapped) : null;
  const driverContext = contextOf({
    name: driver.role,
    clock,
    port: served?.port ?? null,
    instrument,
    secret: () => PASSWORD,
    openLine: (settings) =>
      line === null
        ? openLine(driver.role, served?.port ?? '', settings, clock)
        : openSerialChannel({
            ...settings,
            name: driver.role,
            path: line.path,
            binding: line.binding,
            clock,
          }),
    ...context,
  });
  const opened = await driver.open(options, driverContext);
  return {
    instrument: opened,
    physics,
    clock,
    served,
    close: async () => {
      await opened.release();
      physics.stop();
      await served?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function physicsOfOne(clock: Scheduler): BenchPhysics {
  const profile = loadProfile(
    'centron-gprs',
    readFileSync(new URL('../../../rigs/profiles/centron-gprs.yaml', import.meta.url), 'utf8'),
  );
  if (!profile.ok) throw new Error('the shipped profile has mistakes');
  const meters = createMeters({
    count: 1,
    seed: 1,
    profile: profile.value,
    rules: METER_RULES,
    createdAtNs: clock.nowNs(),
    startUtcMs: clock.startUtcMs,
    firstIndex: 0,
    withRegisters: true,
  });
  return new BenchPhysics(clock, meters, 0, { say: () => undefined });
}
