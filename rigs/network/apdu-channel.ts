import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import { messageOf } from '../../devices/domain/error-text.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { ApduReceiver } from '../../devices/protocol/c12-22/apdu-receiver.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import { BenchError } from '../port/bench.ts';
import type { PortBlame } from './udp-port.ts';

/** A way to one node that carries whole messages: APDUs of C12.22, or those of DLMS in their wrapper. */
export interface MessageChannel<Message> {
  /** For messages: "tcp 127.0.0.1:1153". */
  readonly name: string;
  /** Whether what was sent may be lost, so that it has to be sent again. */
  readonly isLossy: boolean;
  send(bytes: Uint8Array): Promise<void>;
  /** Messages as they arrive. One listener. */
  listen(listener: (message: Message) => void): void;
  /** Tells once, with the reason, when the way is gone without having been closed by us. */
  onLost(listener: (reason: string) => void): void;
  close(): Promise<void>;
}

/** A way to a C12.22 node. */
export type ApduChannel = MessageChannel<Uint8Array>;

/** Cuts a byte stream into messages. */
export interface StreamReceiver<Message> {
  /** @throws CodecError when the stream is out of step: nothing that comes after can be believed */
  receive(bytes: Uint8Array): Message[];
}

/** APDUs follow each other on one connection (RFC 6142). @throws BenchError when nobody is there */
export function openTcpChannel(address: UdpAddress): Promise<ApduChannel> {
  return openMessageChannel(address, new ApduReceiver());
}

/**
 * Messages follow each other on one connection.
 * @param blame who must act when nobody is there
 * @throws BenchError when nobody is there
 */
export async function openMessageChannel<Message>(
  { host, port }: UdpAddress,
  receiver: StreamReceiver<Message>,
  blame: PortBlame = 'rig',
): Promise<MessageChannel<Message>> {
  const name = `tcp ${addressText({ host, port })}`;
  const socket = connect({ host, port, noDelay: true });
  try {
    await once(socket, 'connect');
  } catch (error) {
    throw new BenchError(blame, `${name}: no connection, ${messageOf(error)}`, { cause: error });
  }
  let heard: ((message: Message) => void) | null = null;
  let lost: ((reason: string) => void) | null = null;
  socket.on('data', (bytes) => {
    try {
      for (const message of receiver.receive(bytes)) heard?.(message);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      lost?.(`${name}: the stream is out of step, ${error.message}`);
      socket.destroy();
    }
  });
  socket.on('error', (error) => lost?.(`${name}: ${error.message}`));
  socket.on('close', () => lost?.(`${name}: the far end closed the connection`));
  return {
    name,
    isLossy: false,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    listen: (listener) => void (heard = listener),
    onLost: (listener) => void (lost = listener),
    async close() {
      lost = null;
      if (socket.destroyed) return;
      const closed = once(socket, 'close');
      socket.end();
      socket.destroySoon();
      await closed;
    },
  };
}

/** One message a datagram. Nothing is heard but what comes from the node. */
export async function openUdpChannel({ host, port }: UdpAddress): Promise<ApduChannel> {
  const name = `udp ${addressText({ host, port })}`;
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const connected = once(socket, 'connect');
  socket.connect(port, host);
  await connected;
  let lost: ((reason: string) => void) | null = null;
  socket.on('error', (error) => lost?.(`${name}: ${error.message}`));
  return {
    name,
    isLossy: true,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        socket.send(bytes, (error) => (error === null ? resolve() : reject(error)));
      }),
    listen: (listener) =>
      void socket
        .removeAllListeners('message')
        .on('message', (bytes) => listener(new Uint8Array(bytes))),
    onLost: (listener) => void (lost = listener),
    async close() {
      lost = null;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

/** "127.0.0.1:1153" or "[::1]:1153". */
export function addressText({ host, port }: UdpAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
