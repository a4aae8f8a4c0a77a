import { createMeters } from '../../devices/meter/columns.ts';
import { METER_RULES } from '../../devices/meter/rules/index.ts';
import { BenchPhysics } from '../../rigs/bench/physics.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { BenchError } from '../../rigs/port/bench.ts';
import { OpticalTwin } from '../../rigs/optical/optical-twin.ts';
import { loadProfileFile } from './compose.ts';
import { openOpticalPath } from './optical-channel.ts';
import { opticalPassword } from './password.ts';
import { tellReady, untilStopped } from './until-stopped.ts';

/** Load of a served meter, so that its registers move: 5 A. */
const SERVED_MILLI_AMPS = 5_000;

export interface OpticalMeterFlags {
  readonly profile: string;
  readonly serial: string;
  readonly number: string;
  readonly seed: number;
}

/** Answers C12.18 on a serial path until it is told to stop. */
export async function serveOpticalMeter(flags: OpticalMeterFlags): Promise<void> {
  const { profile } = loadProfileFile(flags.profile);
  const clock = new WallClock();
  // First the port: a model that lives has timers, which would keep a failed command alive.
  const channel = await openOpticalPath(flags.serial, clock, null);
  const meters = createMeters({
    count: 1,
    seed: flags.seed,
    profile,
    rules: METER_RULES,
    createdAtNs: clock.nowNs(),
    startUtcMs: clock.startUtcMs,
    withEventLog: true,
    withLoadProfile: true,
    withRegisters: true,
  });
  // Nobody listens to the module here; its messages are for links.
  const physics = new BenchPhysics(clock, meters, 0, { say: () => undefined });
  physics.setSource({
    on: true,
    milliVolts: profile.voltageMilliVolts,
    milliAmps: SERVED_MILLI_AMPS,
  });
  physics.setSwitch(true);
  const twin = new OpticalTwin({ physics, serial: flags.number, password: opticalPassword() });
  const stopped = untilStopped();
  twin.connect((bytes) => {
    channel.write(bytes).catch((error: unknown) => stopped.fail(error));
  });
  channel.onLost((reason) => stopped.fail(new BenchError('rig', reason)));
  channel.listen((bytes) => twin.receive(bytes));
  tellReady({
    kind: 'meter',
    address: flags.serial,
    apTitle: null,
    keyId: null,
    profile: profile.profile,
    serial: flags.number,
  });
  try {
    await stopped.promise;
  } finally {
    physics.stop();
    await channel.close();
  }
}
