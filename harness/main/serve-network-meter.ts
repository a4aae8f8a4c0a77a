import { testIdentity } from '../../devices/domain/identity.ts';
import { METER_RULES } from '../../devices/meter/rules/index.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { CounterStore } from '../../rigs/fleet/counter-store.ts';
import { InFlight } from '../../rigs/fleet/in-flight.ts';
import { openUdpShard, type UdpShard } from '../../rigs/fleet/udp-shard.ts';
import { WallScheduler } from '../../rigs/fleet/wall-scheduler.ts';
import { meterTitle, testKeyId } from '../../rigs/head-end/test-keys.ts';
import type { FleetDescription } from '../../rigs/port/fleet.ts';
import { carrierNamed } from './carrier-name.ts';
import { loadProfileFile } from './compose.ts';
import { serversOf } from './loopback-address.ts';
import { tellReady, untilStopped } from './until-stopped.ts';
import { counterFile } from './wall-fleet.ts';

export interface NetworkMeterFlags {
  readonly profile: string;
  readonly c1222: string;
  readonly configuration?: string;
  readonly index: number;
  readonly commissioned: FleetDescription['commissioned'];
  readonly carrier: string;
  readonly seed: number;
}

/** One meter of the test fleet over C12.22 and UDP, from its first power to the signal that ends it. */
export async function serveNetworkMeter(flags: NetworkMeterFlags): Promise<void> {
  const stopped = untilStopped();
  const clock = new WallClock();
  const scheduler = new WallScheduler({
    startUtcMs: clock.startUtcMs,
    zeroNs: process.hrtime.bigint() - BigInt(Math.round(clock.nowNs())),
    onLateness: () => {},
  });
  scheduler.onFailure(stopped.fail);
  const hosts = serversOf(['--c12-22', flags.c1222], flags.configuration);
  const { profile } = loadProfileFile(flags.profile);
  const carrier = carrierNamed(flags.carrier);
  const counters = new CounterStore(counterFile());
  const { index, seed, commissioned } = flags;
  const meter = await openUdpShard({
    range: { firstIndex: index, count: 1 },
    seed,
    profile,
    commissioned,
    carrier,
    hosts,
    ivs: counters.reserve(),
    rules: METER_RULES,
    scheduler,
    inFlight: new InFlight(),
    onCount: () => {},
    onMessage: () => {},
    onFailure: stopped.fail,
  });
  tellReady({
    kind: 'meter',
    address: meter.end,
    apTitle: meterTitle(index).toString(),
    keyId: testKeyId(index),
    profile: profile.profile,
    serial: testIdentity(index).serial,
    target: hosts['head-end'],
    configuration: hosts['configuration-server'],
  });
  try {
    powerOn(meter, index);
    await stopped.promise;
  } finally {
    // What is still on its way in the carrier would go to a socket that is closed.
    scheduler.stop();
    await meter.close();
    counters.release();
  }
}

function powerOn({ shard }: UdpShard, index: number): void {
  shard.start();
  const selection = { name: 'the meter', ranges: [{ first: index, count: 1, stride: 1 }] };
  shard.command({ kind: 'mains', energised: true, selection });
}
