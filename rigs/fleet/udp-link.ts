import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { LanguageName } from '../../devices/domain/language.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import type { BrokerPlace } from '../mqtt/tls-folder.ts';
import type { Tap } from '../wrap/tap.ts';
import type { Carrier } from './carrier.ts';
import type { DatagramRoute } from './datagram-route.ts';
import type { Host } from './fleet.ts';

/** Where a server is reached: addresses are literals, nothing is looked up. */
export interface UdpAddress {
  readonly host: string;
  readonly port: number;
}

/** A server, or the broker that stands before it. */
export type HostPlace = UdpAddress & Pick<BrokerPlace, 'tlsFolder'>;

export type UdpHosts = Readonly<Record<Host, HostPlace>>;

export interface UdpLinkOptions {
  readonly hosts: UdpHosts;
  /** Tells whose a reply is: all its meters have one port. */
  readonly route: DatagramRoute;
  readonly carrier: Pick<Carrier, 'attachOf' | 'receive'>;
  readonly scheduler: Scheduler;
  readonly firstIndex: number;
  readonly count: number;
  /** What they speak: how a stream of it is cut. */
  readonly language: LanguageName;
  readonly onCount: (
    what: 'offered' | 'achieved' | 'received',
    atNs: number,
    messages?: number,
  ) => void;
  /** Something on our side went wrong while a datagram was dealt with. */
  readonly onFailure: (error: unknown) => void;
  readonly tap?: Tap;
}

/** Datagrams of a storm wait here for their turn; the system may grant less. */
const RECEIVE_BUFFER_BYTES = 8 << 20;

/**
 * The way between a shard's carrier and the servers: one UDP socket for all its meters. Replies
 * are told apart by whom they call; a meter behind its carrier has no port of its own.
 */
export class UdpLink {
  /** Where it sends from, and hears. */
  readonly end: UdpAddress;
  readonly #options: UdpLinkOptions;
  readonly #socket: Socket;
  /** Handed to the system, which has not said yet what became of them. */
  #leaving = 0;
  #allLeft: () => void = () => {};
  /** One function for all sends: a closure for each was a third of what a storm allocates. */
  readonly #left: (error: Error | null) => void;

  private constructor(options: UdpLinkOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    const { address: host, port } = socket.address();
    this.end = { host, port };
    this.#left = (error) => {
      // What did not leave is offered and not achieved: the health of the run shows it.
      if (error === null) options.onCount('achieved', options.scheduler.nowNs());
      this.#leaving--;
      if (this.#leaving === 0) this.#allLeft();
    };
    socket.on('message', (bytes, from) => {
      try {
        this.#receive(bytes, from);
      } catch (error) {
        options.onFailure(error);
      }
    });
    socket.on('error', options.onFailure);
  }

  /** Opens the socket. @throws when the system refuses one */
  static async open(options: UdpLinkOptions): Promise<UdpLink> {
    const { host } = options.hosts['head-end'];
    const isVersion6 = isIPv6(host);
    const socket = createSocket({
      type: isVersion6 ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      // An address is one already: without this each send would wait a turn for its look-up.
      lookup: (address, _options, found) => found(null, address, isVersion6 ? 6 : 4),
    });
    // Without a look-up it listens before bind returns.
    const listening = once(socket, 'listening');
    socket.bind(0, isVersion6 ? '::1' : '127.0.0.1');
    await listening;
    return new UdpLink(options, socket);
  }

  /** Sends a meter's datagram to a server. */
  toHost(index: number, to: Host, bytes: Uint8Array): void {
    const { hosts, scheduler, onCount, tap } = this.#options;
    const { host, port } = hosts[to];
    const dueNs = scheduler.nowNs();
    onCount('offered', dueNs);
    tap?.(dueNs, index, 'up', to, bytes);
    this.#leaving++;
    this.#socket.send(bytes, port, host, this.#left);
  }

  /** Closes the socket once everything that was sent has left. */
  async close(): Promise<void> {
    if (this.#leaving > 0) {
      await new Promise<void>((resolve) => {
        this.#allLeft = resolve;
      });
    }
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    const { carrier, scheduler, route, firstIndex, count, onCount, tap } = this.#options;
    const atNs = scheduler.nowNs();
    onCount('received', atNs);
    const index = route.meterIndexOf(bytes, firstIndex, count);
    const host = this.#hostAt(from);
    if (index === undefined || host === null) return;
    tap?.(atNs, index, 'down', host, bytes);
    carrier.receive(index, carrier.attachOf(index), host, bytes);
  }

  /** Which server sent it; null for a stranger. */
  #hostAt({ address, port }: RemoteInfo): Host | null {
    const { hosts } = this.#options;
    for (const name of ['head-end', 'configuration-server'] as const) {
      if (hosts[name].port === port && hosts[name].host === address) return name;
    }
    return null;
  }
}
