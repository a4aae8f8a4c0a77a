import os from 'node:os';
import { isIP } from 'node:net';
import type { MessageKind } from '../../devices/domain/message.ts';
import { formatDurationNs, parseQuantity } from '../../devices/domain/quantity.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { CARRIERS } from '../../rigs/fleet/carrier-models.ts';
import { CounterStore } from '../../rigs/fleet/counter-store.ts';
import { PiscinaFleet } from '../../rigs/fleet/piscina-fleet.ts';
import type { FleetDescription, FleetHealth, Selection } from '../../rigs/port/fleet.ts';
import { loadProfileFile } from './compose.ts';
import { EXIT, Refusal } from './exit.ts';
import { counterFile } from './wall-fleet.ts';
import { refuseBeyondLoopback } from './serve-sink-command.ts';

export interface FleetFlags {
  readonly meters: number;
  readonly target: string;
  readonly configuration?: string;
  readonly profile: string;
  readonly carrier: string;
  readonly commissioned: FleetDescription['commissioned'];
  readonly for: string;
  readonly outage?: string;
  readonly shards: number;
  readonly seed: number;
  readonly capture?: string;
  readonly json: boolean;
}

/** Which parts of the time a commanded outage begins and ends at. */
const OUTAGE = { begins: 1 / 3, ends: 2 / 3 } as const;
const BENEATH = { generatorNs: 250 * NS_PER_MS, observerNs: 1000 * NS_PER_MS } as const;

/** A fleet without a scenario: its meters live against a target until the time is over. */
export async function fleetCommand(flags: FleetFlags): Promise<number> {
  const clock = new WallClock();
  const description = describe(flags);
  const target = addressOf('--target', flags.target);
  const counters = new CounterStore(counterFile());
  const fleet = new PiscinaFleet({
    description,
    seed: flags.seed,
    shards: flags.shards,
    clock,
    hosts: {
      'head-end': target,
      'configuration-server':
        flags.configuration === undefined
          ? target
          : addressOf('--configuration', flags.configuration),
    },
    ivs: counters.reserve(),
    rules: null,
    capturePath: flags.capture ?? null,
    onFailure: (error) => process.stderr.write(`${error.message}\n`),
  });
  const said = new Map<MessageKind, number>();
  fleet.onMessages((_index, _atNs, _intendedAtNs, kind) => {
    said.set(kind, (said.get(kind) ?? 0) + 1);
  });
  let health: FleetHealth;
  try {
    await fleet.start();
    await live(fleet, clock, flags);
    health = await fleet.health();
  } finally {
    await fleet.stop();
    counters.release();
  }
  print(flags, description, health, said);
  const isLate = health.generatorLagP99Ns > description.lagBounds.generatorNs;
  return isLate ? EXIT.invalid : EXIT.ok;
}

async function live(fleet: PiscinaFleet, clock: WallClock, flags: FleetFlags): Promise<void> {
  const all = everyMeter(flags.meters);
  const forNs = durationOf('--for', flags.for);
  const beganNs = clock.nowNs();
  await fleet.command({ kind: 'mains', energised: true, selection: all });
  if (flags.outage !== undefined) {
    const selection = shareOf(flags.meters, flags.outage);
    await clock.sleepUntil(beganNs + forNs * OUTAGE.begins);
    await fleet.command({ kind: 'mains', energised: false, selection });
    await clock.sleepUntil(beganNs + forNs * OUTAGE.ends);
    await fleet.command({ kind: 'mains', energised: true, selection });
  }
  await clock.sleepUntil(beganNs + forNs);
}

function describe(flags: FleetFlags): FleetDescription {
  const carrier = CARRIERS.find(({ name }) => name === flags.carrier);
  if (carrier === undefined) {
    const known = CARRIERS.map(({ name }) => name).join(', ');
    throw new Refusal(EXIT.file, `--carrier ${flags.carrier}: there are ${known}`);
  }
  const { profile } = loadProfileFile(flags.profile);
  const { meters, commissioned } = flags;
  return { meters, profile, feeders: 1, carrier, commissioned, lagBounds: BENEATH };
}

function everyMeter(meters: number): Selection {
  return { name: 'all', ranges: [{ first: 0, count: meters, stride: 1 }] };
}

function shareOf(meters: number, text: string): Selection {
  const share = parseQuantity(text);
  if (share?.unit !== 'ppm' || share.value <= 0 || share.value > 1e6) {
    throw new Refusal(EXIT.file, `--outage ${text}: a share such as 20% is wanted`);
  }
  const stride = Math.round(1e6 / share.value);
  return { name: 'dark', ranges: [{ first: 0, count: Math.ceil(meters / stride), stride }] };
}

function durationOf(option: string, text: string): number {
  const quantity = parseQuantity(text);
  if (quantity?.unit === 'ns' && quantity.value > 0) return quantity.value;
  throw new Refusal(EXIT.file, `${option} ${text}: a duration such as "60 s" is wanted`);
}

/** "127.0.0.1:1153" or "[::1]:1153". @throws Refusal */
function addressOf(option: string, text: string): { host: string; port: number } {
  const [, six, four, port] = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):(\d+)$/.exec(text) ?? [];
  const host = six ?? (four === 'localhost' ? '127.0.0.1' : four);
  const number = Number(port);
  if (host === undefined || isIP(host) === 0 || number < 1 || number > 65_535) {
    throw new Refusal(
      EXIT.file,
      `${option} ${text}: an address and a port are wanted, as 127.0.0.1:1153 or [::1]:1153`,
    );
  }
  refuseBeyondLoopback(option, host);
  return { host, port: number };
}

function print(
  flags: FleetFlags,
  { meters }: FleetDescription,
  health: FleetHealth,
  said: ReadonlyMap<MessageKind, number>,
): void {
  const numbers = {
    meters,
    offered: health.offered,
    achieved: health.achieved,
    sent: health.achieved,
    received: health.received,
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
    `Fleet of ${meters} meters against ${flags.target} for ${formatDurationNs(durationOf('--for', flags.for))}`,
    `  offered ${health.offered}, achieved ${health.achieved}, received ${health.received} datagrams`,
    `  lateness p99 ${numbers.lagP99Ms.toFixed(1)} ms, greatest ${numbers.lagMaximumMs.toFixed(1)} ms`,
    ...kinds.sort(),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
