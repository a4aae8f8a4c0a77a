import { statSync } from 'node:fs';
import path from 'node:path';
import os from 'node:os';
import type { LanguageName } from '../../devices/domain/language.ts';
import type { MessageKind } from '../../devices/domain/message.ts';
import { formatDurationNs, parseQuantity } from '../../devices/domain/quantity.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { CounterStore } from '../../rigs/fleet/counter-store.ts';
import { PROVISIONED_OUTAGE_ALARMS } from '../../rigs/head-end/test-fleet.ts';
import { PiscinaFleet } from '../../rigs/fleet/piscina-fleet.ts';
import type { FleetDescription, FleetHealth, Selection } from '../../rigs/port/fleet.ts';
import { kernelDrops } from '../../rigs/sink/kernel-drops.ts';
import type { ShardCommand } from '../../rigs/fleet/fleet.ts';
import type { UdpHosts } from '../../rigs/fleet/udp-link.ts';
import type { LinkName } from '../../rigs/fleet/udp-shard.ts';
import { spoken } from '../plan/fleet.ts';
import { strideOfShare } from '../plan/selection.ts';
import { carrierNamed } from './carrier-name.ts';
import { loadProfileFile } from './rig-side.ts';
import { EXIT, Refusal } from './exit.ts';
import { serversOf } from './loopback-address.ts';
import { untilStopped } from './until-stopped.ts';
import { counterFile } from './wall-fleet.ts';

export interface FleetFlags {
  readonly meters: number;
  readonly target: string;
  readonly configuration?: string;
  readonly profile: string;
  readonly carrier: string;
  readonly protocol: LanguageName;
  readonly link: LinkName;
  readonly commissioned: FleetDescription['commissioned'];
  readonly for: string;
  readonly outage?: string;
  readonly over?: string;
  readonly heartbeat?: string;
  readonly shards: number;
  readonly seed: number;
  readonly capture?: string;
  readonly tls?: string;
  readonly json: boolean;
}

/** Which parts of the time a commanded outage begins and ends at. */
const OUTAGE = { begins: 1 / 3, ends: 2 / 3 } as const;
/** A storm is over before the next one begins. */
const SETTLE_NS = 2 * NS_PER_S;
const BENEATH = { generatorNs: 250 * NS_PER_MS, observerNs: 1000 * NS_PER_MS } as const;

/** A fleet without a scenario, with nothing left to resolve. */
export interface FleetRun {
  readonly description: FleetDescription;
  readonly seed: number;
  readonly shards: number;
  readonly hosts: UdpHosts;
  readonly forNs: number;
  /** Whose mains are cut in the middle third of the time; null for nobody's. */
  readonly dark: Selection | null;
  /** One after the other over so long; 0 is all at once. */
  readonly overNs: number;
  readonly link: LinkName;
  readonly capturePath: string | null;
  readonly counters: CounterStore;
}

/** What came of it; the counts are final. */
export interface FleetOutcome {
  readonly health: FleetHealth;
  readonly said: ReadonlyMap<MessageKind, number>;
  /** Datagrams that the system threw away at the target, which is on this machine; null where nobody tells. */
  readonly droppedBySystem: number | null;
}

/** A fleet without a scenario: its meters live against a target until the time is over. */
export async function fleetCommand(flags: FleetFlags): Promise<number> {
  const description = describe(flags);
  const outcome = await runFleet({
    description,
    seed: flags.seed,
    shards: flags.shards,
    hosts: hostsOf(flags),
    forNs: durationOf('--for', flags.for),
    dark: flags.outage === undefined ? null : shareOf(flags.meters, flags.outage),
    overNs: flags.over === undefined ? 0 : durationOf('--over', flags.over),
    link: flags.link,
    capturePath: flags.capture === undefined ? null : capturePathOf(flags.capture),
    counters: new CounterStore(counterFile()),
  });
  print(flags, outcome);
  const { generatorLagP99Ns, offered, achieved } = outcome.health;
  const isLate = generatorLagP99Ns > description.lagBounds.generatorNs;
  // Neither a generator that could not send nor a receiver that could not take it is a measurement.
  const isShort = achieved < offered || (outcome.droppedBySystem ?? 0) > 0;
  return isLate || isShort ? EXIT.invalid : EXIT.ok;
}

/** @throws Refusal for TLS where none is spoken */
function hostsOf({ target, configuration, protocol, tls }: FleetFlags): UdpHosts {
  const hosts = serversOf(['--target', target], configuration);
  if (tls === undefined) return hosts;
  if (protocol !== 'mqtt') throw new Refusal(EXIT.file, '--tls goes with --protocol mqtt');
  return { ...hosts, 'head-end': { ...hosts['head-end'], tlsFolder: tls } };
}

/** Lets a fleet live for its time. @throws what failed in one of its threads */
export async function runFleet(run: FleetRun): Promise<FleetOutcome> {
  const { description, seed, shards, hosts, capturePath, counters } = run;
  const clock = new WallClock();
  const dropsBefore = kernelDrops(hosts['head-end'].port);
  const fleet = new PiscinaFleet({
    description,
    seed,
    shards,
    clock,
    hosts,
    ivs: counters.reserve(),
    rules: null,
    isWatched: false,
    link: run.link,
    capturePath,
    onFailure: (error) => process.stderr.write(`${error.message}\n`),
  });
  const stopped = new AbortController();
  void untilStopped().promise.then(() => stopped.abort());
  try {
    await fleet.start();
    // A signal ends the time early: the counts are final and the capture is whole all the same.
    await live(fleet, clock, run, stopped.signal).catch((error: unknown) => {
      if (!stopped.signal.aborted) throw error;
    });
  } finally {
    await fleet.stop();
    counters.release();
  }
  const dropsAfter = kernelDrops(hosts['head-end'].port);
  const droppedBySystem = dropsAfter === null ? null : dropsAfter - (dropsBefore ?? 0);
  return { health: await fleet.health(), said: await fleet.said(), droppedBySystem };
}

async function live(
  fleet: PiscinaFleet,
  clock: WallClock,
  run: FleetRun,
  signal: AbortSignal,
): Promise<void> {
  const { description, forNs, dark, overNs } = run;
  const beganNs = clock.nowNs();
  const all = everyMeter(description.meters);
  await fleet.command({ kind: 'mains', energised: true, selection: all });
  if (dark !== null) {
    await clock.sleepUntil(beganNs + forNs * OUTAGE.begins, signal);
    await fleet.command(mains(false, dark, overNs));
    await clock.sleepUntil(beganNs + darkUntilNs(run), signal);
    await fleet.command(mains(true, dark, overNs));
  }
  await clock.sleepUntil(beganNs + forNs, signal);
}

/** When power begins to come back: after the last of a wave had time to tell its outage. */
function darkUntilNs({ forNs, overNs }: FleetRun): number {
  const toldNs = overNs + PROVISIONED_OUTAGE_ALARMS.declareAfterMs * NS_PER_MS + SETTLE_NS;
  return overNs === 0
    ? forNs * OUTAGE.ends
    : Math.max(forNs * OUTAGE.ends, forNs * OUTAGE.begins + toldNs);
}

function mains(energised: boolean, selection: Selection, overNs: number): ShardCommand {
  if (overNs === 0) return { kind: 'mains', energised, selection };
  return { kind: 'mains-wave', energised, selection, overNs };
}

function describe(flags: FleetFlags): FleetDescription {
  const carrier = carrierNamed(flags.carrier);
  const loaded = loadProfileFile(flags.profile).profile;
  const profile =
    flags.heartbeat === undefined
      ? loaded
      : {
          ...loaded,
          module: { ...loaded.module, heartbeatNs: durationOf('--heartbeat', flags.heartbeat) },
        };
  const { meters, commissioned } = flags;
  const spokenOf = spoken(flags.protocol);
  return { meters, profile, feeders: 1, carrier, ...spokenOf, commissioned, lagBounds: BENEATH };
}

function everyMeter(meters: number): Selection {
  return { name: 'all', ranges: [{ first: 0, count: meters, stride: 1 }] };
}

function shareOf(meters: number, text: string): Selection {
  const share = parseQuantity(text);
  if (share?.unit !== 'ppm' || share.value <= 0 || share.value > 1e6) {
    throw new Refusal(EXIT.file, `--outage ${text}: a share such as 20% is wanted`);
  }
  const stride = strideOfShare(share.value);
  if (stride === null) {
    throw new Refusal(EXIT.file, `--outage ${text}: one of so many is wanted: 50%, 25%, 20%, 10%`);
  }
  return { name: 'dark', ranges: [{ first: 0, count: Math.ceil(meters / stride), stride }] };
}

function durationOf(option: string, text: string): number {
  const quantity = parseQuantity(text);
  if (quantity?.unit === 'ns' && quantity.value > 0) return quantity.value;
  throw new Refusal(EXIT.file, `${option} ${text}: a duration such as "60 s" is wanted`);
}

function print(flags: FleetFlags, { health, said, droppedBySystem }: FleetOutcome): void {
  const numbers = {
    meters: flags.meters,
    offered: health.offered,
    achieved: health.achieved,
    sent: health.achieved,
    received: health.received,
    opened: health.received - (health.refused ?? 0),
    // What is known at this end; what became of the rest, and what came twice, the receiver counts.
    lost: health.offered - health.achieved + (droppedBySystem ?? 0),
    duplicates: null,
    droppedBySystem,
    lagP99Ms: health.generatorLagP99Ns / NS_PER_MS,
    lagMaximumMs: health.generatorLagMaximumNs / NS_PER_MS,
    rssBytes: health.rssBytes,
    processors: os.availableParallelism(),
    said: Object.fromEntries([...said].sort(([one], [other]) => one.localeCompare(other))),
  };
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(numbers)}\n`);
    return;
  }
  const kinds = [...said].map(([kind, count]) => `  ${kind.padEnd(26)} ${count}`);
  const lines = [
    `Fleet of ${flags.meters} meters against ${flags.target} for ${formatDurationNs(durationOf('--for', flags.for))}`,
    `  offered ${health.offered}, achieved ${health.achieved}, received ${health.received}, dropped by the system ${droppedBySystem ?? 'not known'}`,
    `  lateness p99 ${numbers.lagP99Ms.toFixed(1)} ms, greatest ${numbers.lagMaximumMs.toFixed(1)} ms`,
    ...kinds.sort(),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Looked at before anything starts: a capture is put together only at the end. @throws Refusal */
function capturePathOf(file: string): string {
  const folder = statSync(path.dirname(path.resolve(file)), { throwIfNoEntry: false });
  if (folder?.isDirectory() !== true) {
    throw new Refusal(EXIT.file, `--capture ${file}: there is no folder for it`);
  }
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) {
    throw new Refusal(EXIT.file, `--capture ${file}: there is something of that name already`);
  }
  return file;
}
