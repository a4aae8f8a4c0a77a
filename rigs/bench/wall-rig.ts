import type { MeterProfile } from '../../devices/domain/profile.ts';
import type { Message } from '../../devices/domain/message.ts';
import type { WallClock } from '../clock/wall.ts';
import type { DriverContext } from '../driver/driver.ts';
import type { DriverOf } from '../driver/own-driver.ts';
import type { GuardianClient } from '../guardian/guardian-client.ts';
import { GuardedSource, GuardedSwitch } from '../guardian/guarded-switch.ts';
import type { Abilities } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { IsolationSwitch, Source } from '../port/instrument.ts';
import { recordedOperator } from '../operator/recorded.ts';
import { operatorOf, type Respondent } from '../operator/respondent.ts';
import type { ObservationBody } from '../port/observation.ts';
import type { Operator } from '../port/operator.ts';
import type { RigFile, RigPosition } from '../rig-file.ts';
import type { Binding } from '../driver/binding.ts';
import { openLine } from '../serial/open-line.ts';
import { PartsBench } from './bench.ts';
import { identityAt } from './identity-at.ts';
import {
  driverContext,
  type Instruments,
  type LineRequest,
  openInstruments,
} from './instruments.ts';
import { MessageFeed } from './message-feed.ts';
import { type BenchParts, observationOf } from './parts.ts';
import { UdpHeadEnd } from './udp-head-end.ts';

export interface WallRigOptions {
  readonly rig: RigFile;
  readonly position: RigPosition;
  readonly profile: MeterProfile;
  readonly abilities: Abilities;
  readonly clock: WallClock;
  readonly guardian: GuardianClient;
  readonly driverOf: DriverOf;
  /** Who is asked in turn: an answers file, the person at the terminal. */
  readonly respondents: readonly Respondent[];
  readonly secret: DriverContext['secret'];
  readonly firstIv: number;
}

/** What was opened for a rig. */
interface Opened {
  readonly feed: MessageFeed;
  readonly instruments: Omit<Instruments, 'release'>;
  readonly release: () => Promise<void>;
  readonly headEnd: UdpHeadEnd | null;
  readonly fallback: DirectInstruments;
  readonly operator: Operator;
}

/**
 * A rig in wall time: one for a whole run. Its instruments are opened once, switch and source are the
 * guardian's; each case gets a bench of its own over them.
 */
export class WallRig {
  readonly #options: WallRigOptions;
  readonly #opened: Opened;
  #bench: PartsBench | null = null;
  #parts: BenchParts | null = null;

  private constructor(options: WallRigOptions, opened: Opened) {
    this.#options = options;
    this.#opened = opened;
  }

  /** Opens everything but what the guardian holds. @throws BenchError (rig) */
  static async open(options: WallRigOptions): Promise<WallRig> {
    const { rig, position, clock, guardian, driverOf, secret, abilities } = options;
    const link = position['module-link'];
    const feed = new MessageFeed(clock);
    const tap: Tap = { hear: null, asked: null };
    const operator = recordedOperator(operatorOf(options.respondents), (seen) => tap.asked?.(seen));
    const fallback = new DirectInstruments(options, operator);
    const headEnd =
      link === undefined || link.port === 'simulated'
        ? null
        : await UdpHeadEnd.open({
            link,
            scheduler: clock,
            identity: identityAt(position),
            firstIv: options.firstIv,
            heard: (message, bytesHex) => tap.hear?.(message, bytesHex),
          });
    try {
      const { holds } = guardian.ready;
      const { release, ...instruments } = await openInstruments({
        rig,
        position,
        clock,
        operator,
        secret,
        driverOf,
        limits: abilities.limits,
        openLine: (request) => openReal(request, clock),
        held: {
          ...(holds.isolation && { isolation: new GuardedSwitch(guardian, fallback) }),
          ...(holds.source && { source: new GuardedSource(guardian, fallback) }),
        },
      });
      const opened = new WallRig(options, {
        feed,
        instruments,
        release,
        headEnd,
        fallback,
        operator,
      });
      tap.asked = (seen) => opened.#report('operator', seen);
      tap.hear = (message, bytesHex) => opened.#hear(message, bytesHex);
      return opened;
    } catch (error) {
      await headEnd?.close();
      throw error;
    }
  }

  /** A bench for the next case; closing it changes nothing at the rig. */
  bench(): PartsBench {
    const { clock, profile, position, abilities } = this.#options;
    const { instruments, headEnd, feed, operator } = this.#opened;
    const parts: BenchParts = {
      clock,
      profile,
      position: position.id,
      meterSerial: position.dut.serial,
      meterBarcode: position.dut.barcode,
      ...instruments,
      messages: headEnd === null ? null : feed,
      headEnd: headEnd?.side ?? null,
      operator,
      memory: { lastEventNumber: 0, lastIntervalNumber: 0, load: null },
    };
    const bench = new PartsBench(abilities, parts, () => {
      if (this.#bench === bench) this.#bench = null;
      return Promise.resolve();
    });
    this.#parts = parts;
    this.#bench = bench;
    return bench;
  }

  /** Gives back all ports; the guardian's own go with it. */
  async close(): Promise<void> {
    try {
      await this.#opened.headEnd?.close();
      await this.#opened.fallback.release();
    } finally {
      await this.#opened.release();
    }
  }

  #hear(message: Message, bytesHex: string): void {
    this.#report('module-link', { kind: 'message', message, bytesHex });
    this.#opened.feed.push(message);
  }

  #report(instrument: string, seen: ObservationBody): void {
    if (this.#parts === null) return;
    this.#bench?.report(observationOf(this.#parts, instrument, seen));
  }
}

/** Where messages of the module and answers of the operator go, once there is a bench to hear them. */
interface Tap {
  hear: ((message: Message, bytesHex: string) => void) | null;
  asked: ((seen: ObservationBody) => void) | null;
}

/** Switch and source opened by this process itself, when its guardian is gone. */
class DirectInstruments {
  readonly #options: WallRigOptions;
  readonly #operator: Operator;
  #isolation: Promise<IsolationSwitch> | null = null;
  #source: Promise<Source> | null = null;

  constructor(options: WallRigOptions, operator: Operator) {
    this.#options = options;
    this.#operator = operator;
  }

  readonly isolation = (): Promise<IsolationSwitch | null> => {
    const { mains } = this.#options.rig;
    if (mains === undefined) return Promise.resolve(null);
    this.#isolation ??= this.#open('isolation-switch', 'isolation switch', mains);
    return this.#isolation;
  };

  readonly source = (): Promise<Source | null> => {
    const { source } = this.#options.rig;
    if (source === undefined) return Promise.resolve(null);
    this.#source ??= this.#open('source', 'source', source);
    return this.#source;
  };

  async release(): Promise<void> {
    await (await this.#isolation)?.release();
    await (await this.#source)?.release();
  }

  #open<R extends 'isolation-switch' | 'source'>(role: R, name: string, binding: Binding) {
    const { rig, clock, secret, driverOf, abilities } = this.#options;
    const { mains = null, standard = null } = rig;
    const driver = driverOf(role, binding);
    const context = driverContext(
      {
        mains,
        standard,
        clock,
        operator: this.#operator,
        secret,
        limits: abilities.limits,
        openLine: (request) => openReal(request, clock),
      },
      { role, name, driver, binding },
    );
    return driver.open(binding.options, context);
  }
}

function openReal(
  { name, binding, settings }: LineRequest,
  clock: WallClock,
): Promise<ByteChannel> {
  return openLine(name, binding.port ?? '', settings, clock);
}
