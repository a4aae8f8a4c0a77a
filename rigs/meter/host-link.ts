import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Host } from '../fleet/fleet.ts';
import type { UdpAddress, UdpHosts } from '../fleet/udp-link.ts';

/** The way of one meter's module to its servers; there is no carrier in between. */
export interface ModuleLink {
  /** Where it sends from, and hears; null where that is not known before. */
  readonly end: UdpAddress | null;
  /** What comes from one of the servers; a stranger is not heard. */
  listen(heard: (bytes: Uint8Array) => void, failed: (error: unknown) => void): void;
  send(to: Host, bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** Over UDP, with a socket of its own. */
export class UdpHostLink implements ModuleLink {
  readonly end: UdpAddress;
  readonly #hosts: UdpHosts;
  readonly #socket: Socket;

  private constructor(hosts: UdpHosts, socket: Socket) {
    this.#hosts = hosts;
    this.#socket = socket;
    const { address: host, port } = socket.address();
    this.end = { host, port };
  }

  /** Opens the socket. @throws when the system refuses one */
  static async open(hosts: UdpHosts): Promise<UdpHostLink> {
    const isVersion6 = isIPv6(hosts['head-end'].host);
    const socket = createSocket({
      type: isVersion6 ? 'udp6' : 'udp4',
      // An address is one already: what is sent leaves before the socket may be closed.
      lookup: (address, _options, found) => found(null, address, isVersion6 ? 6 : 4),
    });
    const listening = once(socket, 'listening');
    socket.bind(0, isVersion6 ? '::1' : '127.0.0.1');
    await listening;
    return new UdpHostLink(hosts, socket);
  }

  listen(heard: (bytes: Uint8Array) => void, failed: (error: unknown) => void): void {
    const isServer = (address: string, port: number) =>
      Object.values(this.#hosts).some((host) => host.host === address && host.port === port);
    this.#socket.on('error', failed);
    this.#socket.on('message', (bytes, { address, port }) => {
      try {
        if (isServer(address, port)) heard(bytes);
      } catch (error) {
        failed(error);
      }
    });
  }

  send(to: Host, bytes: Uint8Array): void {
    const { host, port } = this.#hosts[to];
    this.#socket.send(bytes, port, host);
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}
