import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { messageOf } from '../../devices/domain/error-text.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { ApduReceiver } from '../../devices/protocol/c12-22/apdu-receiver.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import { BenchError } from '../port/bench.ts';
import type { PortBlame } from './udp-port.ts';

export interface TcpPortOptions {
  /** Connections at one time; further ones are closed at once. */
  readonly connectionsMost: number;
  /** A connection on which nothing comes for so long is closed. */
  readonly silenceMs: number;
}

/** How the address of a connection begins: "tcp <host>:<port> #<n>". */
const TCP = 'tcp ';

/** One TCP port of a server, on which APDUs follow each other without any framing (RFC 6142). */
export class TcpPort {
  readonly #options: TcpPortOptions;
  readonly #server: Server;
  readonly #connections = new Map<string, Socket>();
  #opened = 0;
  #heard: (from: string, apdu: Uint8Array) => void = ignore;
  #lost: (from: string) => void = ignore;

  private constructor(options: TcpPortOptions, server: Server) {
    this.#options = options;
    this.#server = server;
    server.on('error', ignore);
    server.on('connection', (socket) => this.#connected(socket));
  }

  /** @throws BenchError when the port cannot be had */
  static async open(
    { host, port }: UdpAddress,
    blame: PortBlame,
    options: TcpPortOptions,
  ): Promise<TcpPort> {
    const server = createServer({ noDelay: true });
    try {
      const listening = once(server, 'listening');
      server.listen({ host, port });
      await listening;
    } catch (error) {
      const text = `TCP ${host}:${port}: cannot listen (${messageOf(error)})`;
      throw new BenchError(blame, text, { cause: error });
    }
    return new TcpPort(options, server);
  }

  /** Whether an address is that of a connection. */
  static has(address: string): boolean {
    return address.startsWith(TCP);
  }

  /** Hands on every APDU, and every connection that is gone; one listener. */
  listen(heard: (from: string, apdu: Uint8Array) => void, lost: (from: string) => void): void {
    this.#heard = heard;
    this.#lost = lost;
  }

  /** Sends on a connection; on one that is gone, nothing. */
  send(address: string, apdu: Uint8Array): void {
    this.#connections.get(address)?.write(apdu);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#connections.values()) socket.destroy();
    await closed;
  }

  #connected(socket: Socket): void {
    const { connectionsMost, silenceMs } = this.#options;
    if (this.#connections.size >= connectionsMost) return void socket.destroy();
    // Every connection is a way of its own, also when the far end takes its old port again.
    const from = `${TCP}${socket.remoteAddress}:${socket.remotePort} #${++this.#opened}`;
    this.#connections.set(from, socket);
    const receiver = new ApduReceiver();
    socket.setTimeout(silenceMs, () => socket.destroy());
    // A far end that goes is no fault of ours; close follows.
    socket.on('error', ignore);
    socket.on('close', () => {
      this.#connections.delete(from);
      this.#lost(from);
    });
    socket.on('data', (bytes) => {
      const apdus = apdusIn(receiver, bytes);
      // Nothing that comes after can be believed: there is no framing but the length.
      if (apdus === null) socket.destroy();
      else for (const apdu of apdus) this.#heard(from, apdu);
    });
  }
}

function apdusIn(receiver: ApduReceiver, bytes: Uint8Array): Uint8Array[] | null {
  try {
    return receiver.receive(bytes);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

function ignore(): void {}
