import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { messageOf } from '../../devices/domain/error-text.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { BenchError } from '../port/bench.ts';
import { StreamCutter } from '../wrap/stream-cutter.ts';

/** A sink on a TCP port, for trunks and single meters: it answers nothing. */
export interface TcpSink {
  /** Connections that were closed because what came on them was no C12.22. */
  readonly outOfStep: number;
  close(): Promise<void>;
}

/** Opens a sink. @throws BenchError (rig) when the address cannot be had */
export async function openTcpSink(
  host: string,
  port: number,
  receive: (message: Uint8Array) => void,
): Promise<TcpSink> {
  const sockets = new Set<Socket>();
  let outOfStep = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    const cutter = new StreamCutter('c12-22');
    socket.on('data', (bytes) => {
      try {
        for (const message of cutter.receive(bytes)) receive(message);
      } catch (error) {
        // Nothing that comes after can be believed; the sender sees its connection go.
        if (!(error instanceof CodecError)) throw error;
        outOfStep++;
        socket.destroy();
      }
    });
    // A sender that goes away is no matter of the sink's.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await listening(server, host, port);
  return {
    get outOfStep() {
      return outOfStep;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const what = `sink: TCP ${host} port ${port} cannot be had: ${messageOf(error)}`;
      reject(new BenchError('rig', what, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}
