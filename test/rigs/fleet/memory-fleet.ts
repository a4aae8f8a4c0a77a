import { METER_RULES } from '../../../devices/meter/rules/index.ts';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import { CARRIERS } from '../../../rigs/fleet/carrier-models.ts';
import { LocalFleet } from '../../../rigs/fleet/local-fleet.ts';
import { datagramRoute } from '../../../rigs/fleet/datagram-route.ts';
import { MemoryNetwork, type MemoryNetworkOptions } from '../../../rigs/fleet/memory-network.ts';
import type { CarrierModel, FleetDescription, Selection } from '../../../rigs/port/fleet.ts';
import { PROFILE } from '../../devices/meter/story.ts';
import { ScriptedHost } from './scripted-host.ts';

export const START_UTC_MS = Date.UTC(2026, 0, 1);

export const ALL: Selection = {
  name: 'all',
  ranges: [{ first: 0, count: 1_000_000, stride: 1 }],
};

/** Meters of a selection by first index and count. */
export function some(first: number, count: number, stride = 1): Selection {
  return { name: 'some', ranges: [{ first, count, stride }] };
}

/** One of the shipped carriers, changed where a test wants it so. */
export function carrier(name: string, changes: Partial<CarrierModel> = {}): CarrierModel {
  const found = CARRIERS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no carrier is called ${name}`);
  return { ...found, ...changes };
}

export function description(
  meters: number,
  changes: Partial<FleetDescription> = {},
): FleetDescription {
  return {
    meters,
    profile: PROFILE,
    feeders: 1,
    carrier: carrier('ideal'),
    commissioned: 'fresh',
    lagBounds: { generatorNs: 250e6, observerNs: 1e9 },
    ...changes,
  };
}

export interface MemoryFleetOptions {
  readonly meters: number;
  readonly shards?: number;
  readonly seed?: number;
  readonly carrier?: CarrierModel;
  readonly commissioned?: FleetDescription['commissioned'];
  readonly profile?: FleetDescription['profile'];
  readonly network?: Pick<MemoryNetworkOptions, 'faults' | 'tap'>;
}

const running: LocalFleet[] = [];

/** Ends every fleet that was made: simulated time would go on for ever. */
export async function stopFleets(): Promise<void> {
  await Promise.all(running.splice(0).map((fleet) => fleet.stop()));
}

/** A fleet in simulated time with the scripted servers behind its network. */
export function memoryFleet(options: MemoryFleetOptions) {
  const { meters, shards = 1, seed = 1 } = options;
  const model = options.carrier ?? carrier('ideal');
  const scheduler = new SimulatedClock(START_UTC_MS);
  const failures: unknown[] = [];
  scheduler.onFailure((error) => failures.push(error));
  const network = new MemoryNetwork({
    model,
    seed,
    meters,
    scheduler,
    route: datagramRoute('c12-22'),
    ...options.network,
  });
  const host = new ScriptedHost((from, address, bytes) => network.send(from, address, bytes));
  network.joinHosts(host);
  const fleet = new LocalFleet({
    description: description(meters, {
      carrier: model,
      commissioned: options.commissioned ?? 'fresh',
      ...(options.profile && { profile: options.profile }),
    }),
    seed,
    shards,
    scheduler,
    network,
    rules: METER_RULES,
  });
  running.push(fleet);
  return { scheduler, network, host, fleet, failures };
}
