import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import { messageOf } from '../../devices/domain/error-text.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { ApduReceiver } from '../../devices/protocol/c12-22/apdu-receiver.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import { BenchError } from '../port/bench.ts';
import { addressText } from './apdu-channel.ts';

/** The node behind the sockets. */
export interface ListeningNode {
  /** @returns the answer to an APDU; null when none is due */
  receive(path: string, apdu: Uint8Array): Uint8Array | null;
  pathLost(path: string): void;
}

export interface ListenerOptions {
  readonly address: UdpAddress;
  readonly node: ListeningNode;
  /** Connections at one time; further ones are closed at once. */
  readonly connectionsMost: number;
  /** A connection on which nothing comes for so long is closed. */
  readonly silenceMs: number;
  /** Something on our side went wrong while an APDU was dealt with. */
  readonly onFailure: (error: unknown) => void;
}

/** A port in use by one of the two: another free one is tried, when any will do. */
const TRIES = 16;

/** A C12.22 node on a TCP and a UDP port of one number (RFC 6142: 1153). */
export class C1222Listener {
  readonly address: UdpAddress;
  readonly #options: ListenerOptions;
  readonly #udp: UdpSocket;
  readonly #tcp: Server;
  readonly #connections = new Set<Socket>();
  #opened = 0;

  private constructor(options: ListenerOptions, udp: UdpSocket, tcp: Server) {
    const { host } = options.address;
    this.#options = options;
    this.#udp = udp;
    this.#tcp = tcp;
    this.address = { host, port: udp.address().port };
    udp.on('message', (bytes, from) => {
      const answer = this.#answer(`udp ${from.address} ${from.port}`, new Uint8Array(bytes));
      if (answer !== null) udp.send(answer, from.port, from.address);
    });
    udp.on('error', options.onFailure);
    tcp.on('connection', (socket) => this.#connected(socket));
    tcp.on('error', options.onFailure);
  }

  /** @throws BenchError when the address cannot be listened on */
  static async open(options: ListenerOptions): Promise<C1222Listener> {
    const { address } = options;
    for (let attempt = 1; ; attempt++) {
      const udp = createSocket(isIPv6(address.host) ? 'udp6' : 'udp4');
      try {
        await bound(udp, address);
        const tcp = createServer({ noDelay: true });
        await listening(tcp, { ...address, port: udp.address().port });
        return new C1222Listener(options, udp, tcp);
      } catch (error) {
        udp.close();
        if (address.port === 0 && attempt < TRIES) continue;
        const text = `${addressText(address)}: cannot be listened on, ${messageOf(error)}`;
        throw new BenchError('rig', text, { cause: error });
      }
    }
  }

  async close(): Promise<void> {
    const closed = [once(this.#udp, 'close'), once(this.#tcp, 'close')];
    this.#udp.close();
    this.#tcp.close();
    for (const socket of this.#connections) socket.destroy();
    await Promise.all(closed);
  }

  #connected(socket: Socket): void {
    const { connectionsMost, silenceMs, node } = this.#options;
    if (this.#connections.size >= connectionsMost) return void socket.destroy();
    this.#connections.add(socket);
    // Every connection is a way of its own, also when the far end takes its old port again.
    const path = `tcp ${++this.#opened}`;
    const receiver = new ApduReceiver();
    socket.setTimeout(silenceMs, () => socket.destroy());
    // A far end that goes is no fault of ours; close follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#connections.delete(socket);
      node.pathLost(path);
    });
    socket.on('data', (bytes) => {
      try {
        for (const apdu of receiver.receive(bytes)) {
          const answer = this.#answer(path, apdu);
          if (answer !== null) socket.write(answer);
        }
      } catch (error) {
        // Nothing that comes after can be believed (RFC 6142 has no framing but the length).
        if (!(error instanceof CodecError)) return this.#options.onFailure(error);
        socket.destroy();
      }
    });
  }

  #answer(path: string, apdu: Uint8Array): Uint8Array | null {
    try {
      return this.#options.node.receive(path, apdu);
    } catch (error) {
      this.#options.onFailure(error);
      return null;
    }
  }
}

/** Whether somebody on this machine listens there over UDP. */
export async function isTaken(address: UdpAddress): Promise<boolean> {
  if (address.port === 0) return false;
  const socket = createSocket(isIPv6(address.host) ? 'udp6' : 'udp4');
  try {
    await bound(socket, address);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  } finally {
    socket.close();
  }
}

async function bound(socket: UdpSocket, { host, port }: UdpAddress): Promise<void> {
  const done = once(socket, 'listening');
  socket.bind(port, host);
  await done;
}

async function listening(server: Server, { host, port }: UdpAddress): Promise<void> {
  const done = once(server, 'listening');
  server.listen({ host, port });
  await done;
}
