import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Host } from '../../../rigs/fleet/fleet.ts';
import type { UdpAddress, UdpHosts } from '../../../rigs/fleet/udp-link.ts';
import { ScriptedHost } from './scripted-host.ts';

interface Arrived {
  readonly to: Host;
  readonly from: string;
  readonly bytes: Uint8Array;
}

const OPENED_A_TURN = 50;

/** The scripted servers on UDP sockets of loopback: they receive first and open when it is quiet. */
export class UdpScriptedHosts {
  readonly host: ScriptedHost;
  readonly addresses: UdpHosts;
  /** Datagrams that came in, opened or not. */
  received = 0;
  readonly #sockets: Readonly<Record<Host, Socket>>;
  readonly #pending: Arrived[] = [];
  #opened = 0;
  #receivedBefore = 0;
  #draining = false;
  #closed = false;

  private constructor(sockets: Readonly<Record<Host, Socket>>) {
    this.#sockets = sockets;
    this.addresses = {
      'head-end': addressOf(sockets['head-end']),
      'configuration-server': addressOf(sockets['configuration-server']),
    };
    this.host = new ScriptedHost((from, address, bytes) => {
      const [port, ip] = address.split(' ');
      this.#sockets[from].send(bytes, Number(port), ip);
    });
    for (const to of ['head-end', 'configuration-server'] as const) {
      sockets[to].on('message', (bytes, from) => this.#take(to, bytes, from));
    }
  }

  static async open(version: 4 | 6 = 4): Promise<UdpScriptedHosts> {
    const open = async (): Promise<Socket> => {
      const socket = createSocket({ type: `udp${version}`, recvBufferSize: 8 << 20 });
      socket.bind(0, version === 4 ? '127.0.0.1' : '::1');
      await once(socket, 'listening');
      return socket;
    };
    return new UdpScriptedHosts({ 'head-end': await open(), 'configuration-server': await open() });
  }

  /** Whether everything that came in has been opened. */
  get isQuiet(): boolean {
    return this.#opened === this.#pending.length;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const sockets = Object.values(this.#sockets);
    const closed = sockets.map((socket) => once(socket, 'close'));
    for (const socket of sockets) socket.close();
    await Promise.all(closed);
  }

  #take(to: Host, bytes: Uint8Array, { address, port }: RemoteInfo): void {
    this.received++;
    this.#pending.push({ to, from: `${port} ${address}`, bytes });
    if (this.#draining) return;
    this.#draining = true;
    setImmediate(() => this.#drain());
  }

  #drain(): void {
    if (this.#closed) return;
    if (this.#receivedBefore === this.received) {
      const some = this.#pending.slice(this.#opened, this.#opened + OPENED_A_TURN);
      this.#opened += some.length;
      for (const { to, from, bytes } of some) this.host.receive(to, from, bytes);
    }
    this.#receivedBefore = this.received;
    this.#draining = !this.isQuiet;
    if (this.#draining) setImmediate(() => this.#drain());
  }
}

function addressOf(socket: Socket): UdpAddress {
  const { address, port } = socket.address();
  return { host: address, port };
}

/** Whether this machine has IPv6 on its loopback. */
export function hasIpv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, '::1', () => server.close(() => resolve(true)));
  });
}
