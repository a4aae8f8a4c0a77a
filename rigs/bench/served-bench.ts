import path from 'node:path';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { createMeters } from '../../devices/meter/columns.ts';
import type { MeterRules } from '../../devices/meter/rules/index.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import type { Role } from '../driver/driver.ts';
import type { DriverOf } from '../driver/own-driver.ts';
import type { UdpAddress, UdpHosts } from '../fleet/udp-link.ts';
import { testLanguage } from '../head-end/test-language.ts';
import { UdpHostLink } from '../meter/host-link.ts';
import { BenchError } from '../port/bench.ts';
import { type Fitted, fittedAt, type RigFile, type RigPosition } from '../rig-file.ts';
import { type ServedTwin, serveTwinOverPty, serveTwinOverTcp } from '../serial/served-twin.ts';
import type { Twin } from '../serial/twin.ts';
import { faultyTwin } from '../wrap/faulty-twin.ts';
import { identityAt } from './identity-at.ts';
import { ModuleTwin } from './module-twin.ts';
import { BenchPhysics } from './physics.ts';
import type { TwinFaultAt } from './twin-file.ts';
import { twinOf } from './twin-lines.ts';
import type { TwinLog } from './twin-log.ts';

export interface ServedBenchOptions {
  readonly scheduler: Scheduler;
  readonly rig: RigFile;
  readonly position: RigPosition;
  readonly profile: MeterProfile;
  readonly rules: MeterRules;
  readonly seed: number;
  readonly password: Uint8Array;
  readonly driverOf: DriverOf;
  readonly ports: 'pty' | 'tcp';
  /** Where the pseudo-terminals are made. */
  readonly folder: string;
  readonly faults: readonly TwinFaultAt[];
  /** Where the meter's module reaches its servers. */
  readonly hosts: UdpHosts;
  readonly nextIv: () => number;
  readonly log: TwinLog;
  readonly failed: (error: unknown) => void;
}

/** A bench of twins that other processes reach over real ports, in wall time: one physics behind all. */
export class ServedBench {
  /** Ports by role, as a rig file names them. */
  readonly ports: ReadonlyMap<string, string>;
  /** Where the meter's module hears its servers. */
  readonly module: UdpAddress;
  readonly #physics: BenchPhysics;
  readonly #link: UdpHostLink;
  readonly #served: readonly ServedTwin[];

  private constructor(
    physics: BenchPhysics,
    link: UdpHostLink,
    served: ReadonlyMap<string, ServedTwin>,
  ) {
    this.#physics = physics;
    this.#link = link;
    this.module = link.end;
    this.#served = [...served.values()];
    this.ports = new Map([...served].map(([role, { port }]) => [role, port]));
  }

  /** @throws BenchError (rig) when a port cannot be made; (scenario) for a fault at no instrument */
  static async open(options: ServedBenchOptions): Promise<ServedBench> {
    const { log, hosts, failed } = options;
    const link = await UdpHostLink.open(hosts);
    const { physics, module } = world(options, link);
    physics.onTerminals((terminals) => log.write({ kind: 'terminals', ...terminals }));
    link.listen((bytes) => module.receive(bytes), failed);
    const served = new Map<string, ServedTwin>();
    const fitted = fittedAt(options.rig, options.position).filter(hasLine);
    refuseStrangers(fitted, options.faults);
    for (const one of fitted) served.set(one.role, await serve(options, physics, one));
    log.write({
      kind: 'serving',
      ports: Object.fromEntries([...served].map(([role, { port }]) => [role, port])),
    });
    return new ServedBench(physics, link, served);
  }

  async close(): Promise<void> {
    this.#physics.stop();
    for (const served of this.#served) await served.close();
    await this.#link.close();
  }
}

type FittedLine = Fitted & { readonly kind: Role };

function hasLine(fitted: Fitted): fitted is FittedLine {
  return fitted.kind !== 'module-link' && fitted.binding.port === 'simulated';
}

/** The meter in the socket with its module, and the physics of the bench. */
function world(
  options: ServedBenchOptions,
  link: UdpHostLink,
): { readonly physics: BenchPhysics; readonly module: ModuleTwin } {
  const { scheduler, seed, profile, rules, rig, position, nextIv } = options;
  const meters = createMeters({
    count: 1,
    seed,
    profile,
    rules,
    createdAtNs: scheduler.nowNs(),
    startUtcMs: scheduler.startUtcMs,
    firstIndex: 0,
    withEventLog: true,
    withLoadProfile: true,
    withModule: true,
    withRegisters: true,
  });
  const physics = new BenchPhysics(scheduler, meters, 0, {
    say: (...said) => module.sink.say(...said),
  });
  if (rig.source === undefined) physics.feedFromHouse(profile.voltageMilliVolts);
  const module = new ModuleTwin({
    scheduler,
    meters,
    row: 0,
    identity: identityAt(position),
    language: testLanguage('c12-22').module,
    give: (input) => physics.give(input),
    nextIv,
    send: (to, bytes) => link.send(to, bytes),
    tap: () => undefined,
  });
  return { physics, module };
}

async function serve(
  options: ServedBenchOptions,
  physics: BenchPhysics,
  { role, kind, binding }: FittedLine,
): Promise<ServedTwin> {
  const { scheduler, seed, position, password, driverOf, ports, folder, log } = options;
  if (!('options' in binding)) throw new Error(`${role} has no driver`);
  const meter = { serial: position.dut.serial, password };
  const senses = options.rig.standard?.senses ?? 'upstream';
  const twin = twinOf(driverOf(kind, binding), role, binding, { physics, seed, senses, meter });
  const faults = options.faults.filter(({ at }) => at === role);
  const watched = new WatchedTwin(withFaults(twin, faults, scheduler), role, log);
  const served =
    ports === 'tcp'
      ? await serveTwinOverTcp(watched, scheduler)
      : await serveTwinOverPty(watched, scheduler, path.join(folder, role.replaceAll(' ', '-')));
  for (const { fault, after = 0 } of faults) {
    if (fault !== 'stuck' && fault !== 'unplugged') continue;
    watched.onWrite(after, () => {
      log.write({ kind: 'fault', at: role, fault });
      if (fault === 'stuck') physics.stickSwitch();
      else served.close().catch(options.failed);
    });
  }
  return served;
}

function withFaults(twin: Twin, faults: readonly TwinFaultAt[], scheduler: Scheduler): Twin {
  return faults.reduce(
    (faulty, { fault, after }) =>
      fault === 'stuck' || fault === 'unplugged'
        ? faulty
        : faultyTwin(faulty, fault, scheduler, after),
    twin,
  );
}

function refuseStrangers(fitted: readonly Fitted[], faults: readonly TwinFaultAt[]): void {
  const roles = fitted.map(({ role }) => role);
  const stranger = faults.find(({ at }) => !roles.includes(at));
  if (stranger === undefined) return;
  throw new BenchError(
    'scenario',
    `a fault is asked for at ${stranger.at}; what is served is ${roles.join(', ')}`,
  );
}

/** Logs what a twin hears and says, and calls back when so many writes have come. */
class WatchedTwin implements Twin {
  readonly #twin: Twin;
  readonly #role: string;
  readonly #log: TwinLog;
  readonly #due: { readonly after: number; readonly act: () => void }[] = [];
  #writes = 0;

  constructor(twin: Twin, role: string, log: TwinLog) {
    this.#twin = twin;
    this.#role = role;
    this.#log = log;
  }

  /** Acts once, before the first write after so many is heard. */
  onWrite(after: number, act: () => void): void {
    if (after === 0) act();
    else this.#due.push({ after, act });
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#twin.connect((bytes) => {
      this.#log.bytes('answered', this.#role, bytes);
      send(bytes);
    });
  }

  receive(bytes: Uint8Array, nowNs: number): void {
    this.#log.bytes('received', this.#role, bytes);
    for (const { after, act } of this.#due) if (after === this.#writes) act();
    this.#writes++;
    this.#twin.receive(bytes, nowNs);
  }
}
