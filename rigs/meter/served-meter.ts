import type { MeterIdentity } from '../../devices/domain/identity.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { isSet } from '../../devices/meter/clock.ts';
import { createMeters, FLAG } from '../../devices/meter/columns.ts';
import { METER_RULES } from '../../devices/meter/rules/index.ts';
import type { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import type { EaxPrimeCipher } from '../../devices/protocol/c12-22/eax-prime.ts';
import { nativeAddressOf } from '../../devices/protocol/c12-22/native-address.ts';
import { C1222Node, type NodeSettings } from '../../devices/protocol/c12-22/node/server.ts';
import type { OpticalServerSettings } from '../../devices/protocol/c12-18/server.ts';
import { encodeFeatures } from '../../devices/protocol/psem/feature.ts';
import { hostOfMeter } from '../bench/meter-host.ts';
import { ModuleTwin } from '../bench/module-twin.ts';
import type { CosemNode } from '../../devices/protocol/dlms/server/node.ts';
import { BenchPhysics } from '../bench/physics.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import type { Host } from '../fleet/fleet.ts';
import { livePast, SERVED_MILLI_AMPS } from './past.ts';
import { PROVISIONED_OUTAGE_ALARMS } from '../head-end/test-fleet.ts';
import { cosemNodeOf, type CosemMeterOptions } from './cosem-meter.ts';
import type { TestLanguage } from '../head-end/test-language.ts';
import { OpticalTwin } from '../optical/optical-twin.ts';
import type { FleetDescription } from '../port/fleet.ts';

/** IEEE 1703, as the vectors' meters answer to Identify. */
const C12_22 = { standard: 3, version: 1, revision: 0 } as const;

export interface ServedMeterOptions {
  readonly scheduler: Scheduler;
  readonly seed: number;
  readonly profile: MeterProfile;
  /** Which meter of the test fleet it is. */
  readonly index: number;
  readonly identity: MeterIdentity;
  readonly commissioned: FleetDescription['commissioned'];
  /** Of its serial port: what differs from C12.18 at 9600 bit/s. */
  readonly serialPort?: Partial<OpticalServerSettings>;
  /** Of its tables, on every face. */
  readonly password: Uint8Array;
  /** That of its module. */
  readonly language: TestLanguage;
  readonly nextIv: () => number;
  /** How long it has had power and load already; left out, it is new. */
  readonly historyNs?: number;
  /** The way of its module to the servers. */
  readonly toHost: (to: Host, bytes: Uint8Array) => void;
}

/** What a node of C12.22 is served under. */
export interface ServedNode {
  readonly title: ApTitle;
  readonly cipherOf: (keyId: number) => EaxPrimeCipher | undefined;
  /** "127.0.0.1:1153". */
  readonly address: string;
  readonly settings: Partial<NodeSettings>;
}

/** A node as a port has it. */
export interface ListeningNode {
  /** @returns the answer to an APDU; null when none is due */
  receive(path: string, apdu: Uint8Array): Uint8Array | null;
  pathLost(path: string): void;
}

/** One simulated meter with power and load, and every face that it has: all show the same meter. */
export class ServedMeter {
  readonly optical: OpticalTwin;
  readonly #options: ServedMeterOptions;
  readonly #physics: BenchPhysics;
  readonly #module: ModuleTwin;

  constructor(options: ServedMeterOptions) {
    const { scheduler, seed, profile, index, identity, language, nextIv, toHost } = options;
    this.#options = options;
    const nowNs = scheduler.nowNs();
    const bornNs = nowNs - (options.historyNs ?? 0);
    const meters = createMeters({
      count: 1,
      seed,
      firstIndex: index,
      profile,
      rules: METER_RULES,
      createdAtNs: bornNs,
      startUtcMs: scheduler.startUtcMs,
      withEventLog: true,
      withLoadProfile: true,
      withRegisters: true,
      withCosem: true,
      withModule: true,
      commissioned: options.commissioned === 'fresh' ? 'fresh' : 'placed',
    });
    if (options.commissioned === 'provisioned') {
      meters.declareAfterMs.fill(PROVISIONED_OUTAGE_ALARMS.declareAfterMs);
      meters.restoreAfterMs.fill(PROVISIONED_OUTAGE_ALARMS.restoreAfterMs);
    }
    if (bornNs < nowNs) livePast(meters, 0, bornNs, nowNs);
    this.#physics = new BenchPhysics(scheduler, meters, 0, {
      say: (...said) => this.#module.sink.say(...said),
    });
    this.#module = new ModuleTwin({
      scheduler,
      meters,
      row: 0,
      identity,
      language: language.module,
      give: (input) => this.#physics.give(input),
      nextIv,
      send: toHost,
      tap: () => undefined,
    });
    this.optical = new OpticalTwin({
      physics: this.#physics,
      serial: identity.serial,
      password: options.password,
      ...(options.serialPort && { server: options.serialPort }),
    });
  }

  /** Gives it mains and load. */
  powerOn(): void {
    this.#physics.supply(this.#options.profile.voltageMilliVolts, SERVED_MILLI_AMPS);
  }

  /** An APDU from one of its servers. */
  fromHost(bytes: Uint8Array): void {
    this.#module.receive(bytes);
  }

  /** Its module leaves the network of its head-end. */
  deregister(): void {
    if (this.moduleIsUp) this.#module.deregister();
  }

  get moduleIsUp(): boolean {
    return isSet(this.#physics.meters, this.#physics.row, FLAG.moduleUp);
  }

  /** Its tables as a C12.22 node, which is deaf while the module is. */
  node({ title, cipherOf, address, settings }: ServedNode): ListeningNode {
    const { scheduler, identity, password, nextIv } = this.#options;
    const sessions = settings.sessions ?? 0;
    const node = new C1222Node({
      host: hostOfMeter(this.#physics, identity.serial, password),
      identity: {
        title,
        device: {
          ...C12_22,
          features: encodeFeatures([{ feature: 'session-control', sessions, sessionless: true }]),
        },
        nativeAddress: nativeAddressOf(address),
      },
      cipherOf,
      nextIv,
      settings,
    });
    return {
      receive: (path, bytes) =>
        this.moduleIsUp ? node.receive(scheduler.nowNs(), path, bytes) : null,
      pathLost: (path) => node.pathLost(scheduler.nowNs(), path),
    };
  }

  /** Its objects as DLMS has them. */
  cosemNode(
    asked: Pick<CosemMeterOptions, 'readerPassword' | 'signedImages'>,
    closePath: (path: string) => void,
  ): CosemNode {
    const { index, identity } = this.#options;
    return cosemNodeOf({ ...asked, physics: this.#physics, index, identity }, closePath);
  }

  /** Nothing of it happens any more by itself. */
  stop(): void {
    this.#physics.stop();
  }
}
