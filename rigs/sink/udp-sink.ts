import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { BenchError } from '../port/bench.ts';
import { untilQuiet } from '../wrap/until-quiet.ts';
import { messageOf } from '../../devices/domain/error-text.ts';
import { kernelDrops } from './kernel-drops.ts';

/** A storm must fit in while the process is busy opening; the kernel may grant less. */
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

/** A sink on a UDP port: it answers nothing. */
export interface UdpSink {
  readonly host: string;
  readonly port: number;
  /** Datagrams that the system threw away before they came; null where nobody tells. */
  dropped(): number | null;
  /** Resolves when all that had come is taken. */
  close(): Promise<void>;
}

/** Opens a sink. @throws BenchError (rig) when the address cannot be had */
export async function openUdpSink(
  host: string,
  port: number,
  receive: (message: Uint8Array) => void,
): Promise<UdpSink> {
  let came = 0;
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.on('message', (bytes: Uint8Array, _from: RemoteInfo) => {
    came++;
    receive(bytes);
  });
  await bound(socket, host, port);
  socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  const { address, port: given } = socket.address();
  return {
    host: address,
    port: given,
    dropped: () => kernelDrops(given),
    close: async () => {
      await untilQuiet(() => came);
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

function bound(socket: Socket, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      const what = `sink: UDP ${host} port ${port} cannot be had: ${messageOf(error)}`;
      reject(new BenchError('rig', what, { cause: error }));
    });
    socket.bind(port, host, resolve);
  });
}
