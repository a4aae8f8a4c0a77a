import { USUAL_LANGUAGE } from '../../devices/domain/language.ts';
import { seedOf } from '../../devices/domain/chance.ts';
import type { Defect } from '../../devices/defects/defect.ts';
import type { HeadEndRules } from '../../devices/head-end/rules/index.ts';
import type { MeterRules } from '../../devices/meter/rules/index.ts';
import type { Scheduler } from '../../rigs/clock/scheduler.ts';
import { datagramRoute } from '../../rigs/fleet/datagram-route.ts';
import { FleetBench } from '../../rigs/fleet/fleet-bench.ts';
import { LocalFleet } from '../../rigs/fleet/local-fleet.ts';
import { MemoryNetwork } from '../../rigs/fleet/memory-network.ts';
import { type FleetParts, newFleetMemory } from '../../rigs/fleet/parts.ts';
import { InProcessHeadEnd } from '../../rigs/head-end/in-process.ts';
import { knownFleetOf } from '../../rigs/head-end/test-fleet.ts';
import { testLanguage } from '../../rigs/head-end/test-language.ts';
import type { Abilities, Bench } from '../../rigs/port/bench.ts';
import type { FleetDescription } from '../../rigs/port/fleet.ts';
import { captureTo } from '../../rigs/wrap/capture.ts';

export interface SimulatedFleetOptions {
  readonly clock: Scheduler;
  readonly fleet: FleetDescription;
  readonly abilities: Abilities;
  readonly seed: number;
  readonly shards: number;
  readonly rules: MeterRules;
  readonly headEndRules: HeadEndRules;
  /** What a defect does to the links, and to who observes. */
  readonly links: NonNullable<Defect['links']>;
  readonly observer: 'listening' | NonNullable<Defect['observer']>;
  /** Where the capture goes; null for none. */
  readonly capturePath: string | null;
}

/**
 * A fresh fleet in simulated time: meters, carrier and reference head-end in this thread, bytes of
 * their language between them.
 */
export async function openSimulatedFleet(options: SimulatedFleetOptions): Promise<Bench> {
  const { clock, fleet: description, seed, shards, links, capturePath } = options;
  const language = testLanguage(description.language ?? USUAL_LANGUAGE);
  const capture = captureTo(capturePath, clock.startUtcMs, language.name);
  const network = new MemoryNetwork({
    model: description.carrier,
    seed: seedOf(seed, 'network'),
    meters: description.meters,
    scheduler: clock,
    route: datagramRoute(language.name),
    faults: links,
    ...(capture && { tap: capture.tap }),
  });
  const northbound = new InProcessHeadEnd({
    scheduler: clock,
    language,
    fleet: knownFleetOf(description),
    rules: options.headEndRules,
    send: (from, address, bytes) => network.send(from, address, bytes),
  });
  network.joinHosts(northbound);
  const fleet = new LocalFleet({
    description,
    seed,
    shards,
    scheduler: clock,
    network,
    rules: options.rules,
    language,
  });
  await fleet.start();
  const parts: FleetParts = {
    clock,
    description,
    fleet,
    northbound,
    restartHeadEnd: null,
    memory: newFleetMemory(),
  };
  const { abilities, observer } = options;
  return new FleetBench({
    abilities,
    parts,
    tellsHealth: false,
    observer,
    close: () => {
      capture?.close();
      return Promise.resolve();
    },
  });
}
