import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { messageOf } from '../../devices/domain/error-text.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import { BenchError } from '../port/bench.ts';

/** Datagrams of a storm wait here for their turn; the system may grant less. */
const RECEIVE_BUFFER_BYTES = 8 << 20;

/** Who must act when a port cannot be had. */
export type PortBlame = 'rig' | 'head-end';

/** One UDP port of a server: an address is "<host>:<port>" of whoever sent from it. */
export class UdpPort {
  /** Where it is reached. */
  readonly end: UdpAddress;
  readonly #socket: Socket;
  /** The ends behind addresses that were seen, so that none is taken apart twice. */
  readonly #ends = new Map<string, UdpAddress>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    const { address: host, port } = socket.address();
    this.end = { host, port };
    // A datagram that cannot leave is a datagram that was lost: whoever sent it asks again.
    socket.on('error', () => undefined);
  }

  /** @throws BenchError when the port cannot be had */
  static async open({ host, port }: UdpAddress, blame: PortBlame): Promise<UdpPort> {
    const isVersion6 = isIPv6(host);
    const socket = createSocket({
      type: isVersion6 ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      // An address is one already: without this each send would wait a turn for its look-up.
      lookup: (address, _options, found) => found(null, address, isVersion6 ? 6 : 4),
    });
    try {
      // Without a look-up it may be bound before bind() returns.
      const listening = once(socket, 'listening');
      socket.bind(port, host);
      await listening;
    } catch (error) {
      throw new BenchError(blame, `UDP ${host}:${port}: cannot listen (${messageOf(error)})`, {
        cause: error,
      });
    }
    return new UdpPort(socket);
  }

  /** Hands every datagram on from here on; one listener. */
  listen(listener: (from: string, bytes: Uint8Array) => void): void {
    this.#socket.on('message', (bytes, { address, port }) => {
      const from = `${address}:${port}`;
      if (!this.#ends.has(from)) this.#ends.set(from, { host: address, port });
      listener(from, bytes);
    });
  }

  /** Sends to an address; also to one that was seen before a restart. */
  send(address: string, bytes: Uint8Array): void {
    const end = this.#ends.get(address) ?? endOf(address);
    this.#socket.send(bytes, end.port, end.host);
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}

/** Whether somebody on this machine listens there over UDP. */
export async function isTaken(address: UdpAddress): Promise<boolean> {
  if (address.port === 0) return false;
  try {
    const port = await UdpPort.open(address, 'rig');
    await port.close();
    return false;
  } catch (error) {
    const { cause } = error as Error;
    return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
  }
}

function endOf(address: string): UdpAddress {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
