import { testIdentity } from '../../devices/domain/identity.ts';
import { type LanguageName, USUAL_LANGUAGE } from '../../devices/domain/language.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import type { MeterRules } from '../../devices/meter/rules/index.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import { testLanguage } from '../head-end/test-language.ts';
import type { CarrierModel, FleetDescription } from '../port/fleet.ts';
import type { LinkFaultsBothWays } from '../wrap/faulty-link.ts';
import type { Tap } from '../wrap/tap.ts';
import { Carrier } from './carrier.ts';
import type { IvBlock } from './counter-store.ts';
import { datagramRoute } from './datagram-route.ts';
import { type Ways, withFaults } from './faulty-ways.ts';
import type { MessageListener } from './fleet.ts';
import type { InFlight } from './in-flight.ts';
import type { MeterRange } from './partition.ts';
import { MqttLink } from './mqtt-link.ts';
import { Shard } from './shard.ts';
import { TrunkLink } from './trunk-link.ts';
import { type UdpAddress, type UdpHosts, UdpLink, type UdpLinkOptions } from './udp-link.ts';
import { WheelWakes } from './wakes.ts';

export interface UdpShardOptions {
  readonly range: MeterRange;
  readonly seed: number;
  readonly profile: MeterProfile;
  readonly commissioned: FleetDescription['commissioned'];
  readonly carrier: CarrierModel;
  /** What its meters speak; left out, C12.22. */
  readonly language?: LanguageName;
  /** How messages reach the servers; left out, as datagrams. */
  readonly link?: LinkName;
  /** Whether what each meter says and hears is kept for snapshots. */
  readonly isWatched: boolean;
  readonly hosts: UdpHosts;
  readonly ivs: IvBlock;
  readonly rules: MeterRules;
  readonly scheduler: Scheduler;
  readonly inFlight: InFlight;
  readonly onCount: UdpLinkOptions['onCount'];
  readonly onMessage: MessageListener;
  /** A module did not believe what it was sent. */
  readonly onRefused: () => void;
  /** How late a meter was woken. */
  readonly onLateness: (atNs: number, latenessNs: number) => void;
  /** Something on our side went wrong while a datagram was dealt with. */
  readonly onFailure: (error: unknown) => void;
  readonly tap?: Tap;
  /** Faults of the way between carrier and socket. */
  readonly faults?: LinkFaultsBothWays;
}

/** Meters of the test fleet behind their carrier and one UDP socket, or their sessions, in wall time. */
export interface UdpShard {
  readonly shard: Shard;
  /** Where its meters send from. */
  readonly end: UdpAddress;
  /** Silences the meters; resolves when all that they said has left. */
  close(): Promise<void>;
}

/** One datagram a message, or one connection a server for the messages of all. */
const LINKS = { udp: UdpLink, trunk: TrunkLink } as const;

export type LinkName = keyof typeof LINKS;

/** Joins meters, carrier and socket. @throws when the system refuses a socket */
export async function openUdpShard(options: UdpShardOptions): Promise<UdpShard> {
  const { range, seed, scheduler, tap, faults, language = USUAL_LANGUAGE } = options;
  const route = datagramRoute(language);
  const carrier = new Carrier({
    ...range,
    model: options.carrier,
    seed,
    scheduler,
    inFlight: options.inFlight,
    route,
    // A socket is asynchronous by itself.
    atOnce: true,
  });
  const straight: Ways = {
    toHost: (index, to, bytes) => link.toHost(index, to, bytes),
    toCarrier: (...datagram) => carrier.receive(...datagram),
  };
  const ways = faults === undefined ? straight : withFaults(straight, faults, seed);
  const opens = language === 'mqtt' ? MqttLink : LINKS[options.link ?? 'udp'];
  const link = await opens.open({
    ...range,
    hosts: options.hosts,
    route,
    language,
    carrier: { attachOf: (index) => carrier.attachOf(index), receive: ways.toCarrier },
    scheduler,
    onCount: options.onCount,
    onFailure: options.onFailure,
    ...(tap !== undefined && { tap }),
  });
  const shard = new Shard({
    ...range,
    seed,
    profile: options.profile,
    commissioned: options.commissioned,
    rules: options.rules,
    scheduler,
    network: carrier,
    language: testLanguage(language).module,
    identityOf: testIdentity,
    ivs: options.ivs,
    onMessage: options.onMessage,
    isWatched: options.isWatched,
    onRefused: options.onRefused,
    wakes: (wake) => new WheelWakes(scheduler, range.count, wake, options.onLateness),
  });
  carrier.join({
    toHost: (index, _attach, to, bytes) => ways.toHost(index, to, bytes),
    toModule: (index, bytes) => shard.receive(index, bytes),
  });
  return {
    shard,
    end: link.end,
    close: () => {
      shard.stop();
      return link.close();
    },
  };
}
