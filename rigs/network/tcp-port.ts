import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { messageOf } from '../../devices/domain/error-text.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import { BenchError } from '../port/bench.ts';
import type { StreamReceiver } from './apdu-channel.ts';
import type { PortBlame } from './udp-port.ts';

export interface TcpPortOptions {
  /** Connections at one time to one local address; further ones are closed at once. */
  readonly connectionsMost: number;
  /** A connection on which nothing comes for so long is closed. */
  readonly silenceMs: number;
}

/** What a port tells; addresses are those of connections. */
export interface TcpPortListener<Message> {
  heard(from: string, message: Message): void;
  lost(from: string): void;
  /** A connection was closed because what came on it could not be cut into messages. */
  outOfStep?(from: string): void;
  /** @param localHost where it was called, which on a wildcard address tells what was meant */
  connected?(from: string, localHost: string): void;
}

/** How the address of a connection begins: "tcp <host>:<port> #<n>". */
const TCP = 'tcp ';
/** How a dual-stack socket writes an address of IPv4. */
const MAPPED = /^::ffff:/;

/** One TCP port of a server, on which messages follow each other. */
export class TcpPort<Message> {
  readonly #options: TcpPortOptions;
  readonly #server: Server;
  readonly #newReceiver: () => StreamReceiver<Message>;
  readonly #connections = new Map<string, Socket>();
  /** How many there are, by local address. */
  readonly #countAt = new Map<string, number>();
  #opened = 0;
  #listener: TcpPortListener<Message> = { heard: ignore, lost: ignore };

  private constructor(
    options: TcpPortOptions,
    server: Server,
    newReceiver: () => StreamReceiver<Message>,
  ) {
    this.#options = options;
    this.#server = server;
    this.#newReceiver = newReceiver;
    server.on('error', ignore);
    server.on('connection', (socket) => this.#connected(socket));
  }

  /**
   * @param newReceiver for each connection, to cut what comes into messages
   * @throws BenchError when the port cannot be had
   */
  static async open<Message>(
    { host, port }: UdpAddress,
    blame: PortBlame,
    options: TcpPortOptions,
    newReceiver: () => StreamReceiver<Message>,
  ): Promise<TcpPort<Message>> {
    const server = createServer({ noDelay: true });
    try {
      const listening = once(server, 'listening');
      server.listen({ host, port });
      await listening;
    } catch (error) {
      const text = `TCP ${host}:${port}: cannot listen (${messageOf(error)})`;
      throw new BenchError(blame, text, { cause: error });
    }
    return new TcpPort(options, server, newReceiver);
  }

  /** Whether an address is that of a connection. */
  static has(address: string): boolean {
    return address.startsWith(TCP);
  }

  /** Where it is reached. */
  get end(): UdpAddress {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the port is closed');
    return { host: address.address, port: address.port };
  }

  /** Hands on every message, and every connection that comes and goes; one listener. */
  listen(listener: TcpPortListener<Message>): void {
    this.#listener = listener;
  }

  /** Sends on a connection; on one that is gone, nothing. */
  send(address: string, bytes: Uint8Array): void {
    this.#connections.get(address)?.write(bytes);
  }

  /** Closes a connection when what was sent has left. */
  hangUp(address: string): void {
    this.#connections.get(address)?.destroySoon();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#connections.values()) socket.destroy();
    await closed;
  }

  #connected(socket: Socket): void {
    const { connectionsMost, silenceMs } = this.#options;
    const localHost = (socket.localAddress ?? '').replace(MAPPED, '');
    const others = this.#countAt.get(localHost) ?? 0;
    if (others >= connectionsMost) return void socket.destroy();
    this.#countAt.set(localHost, others + 1);
    // Every connection is a way of its own, also when the far end takes its old port again.
    const from = `${TCP}${socket.remoteAddress}:${socket.remotePort} #${++this.#opened}`;
    this.#connections.set(from, socket);
    const receiver = this.#newReceiver();
    socket.setTimeout(silenceMs, () => socket.destroy());
    // A far end that goes is no fault of ours; close follows.
    socket.on('error', ignore);
    socket.on('close', () => {
      this.#connections.delete(from);
      this.#countAt.set(localHost, (this.#countAt.get(localHost) ?? 1) - 1);
      this.#listener.lost(from);
    });
    socket.on('data', (bytes) => {
      const messages = messagesIn(receiver, bytes);
      // Nothing that comes after can be believed: there is no framing but the length.
      if (messages === null) {
        this.#listener.outOfStep?.(from);
        socket.destroy();
      } else for (const message of messages) this.#listener.heard(from, message);
    });
    this.#listener.connected?.(from, localHost);
  }
}

function messagesIn<Message>(
  receiver: StreamReceiver<Message>,
  bytes: Uint8Array,
): Message[] | null {
  try {
    return receiver.receive(bytes);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

function ignore(): void {}
