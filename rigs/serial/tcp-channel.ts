import { connect, type Socket } from 'node:net';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';

const CONNECT_WITHIN_NS = 3 * NS_PER_S;

export interface TcpChannelOptions {
  /** Address as the rig file names it. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
}

/**
 * A serial server in raw mode, or an instrument's own socket, as a byte channel. Speed and control
 * lines are the server's business.
 * @throws BenchError (rig) that names the address and what the operating system said.
 */
export async function openTcpChannel(options: TcpChannelOptions): Promise<ByteChannel> {
  const { name, clock } = options;
  const socket = await connected(options);
  let lastError: Error | null = null;
  let lost: ((reason: string) => void) | null = null;
  let listener: ((bytes: Uint8Array, atNs: number) => void) | null = null;
  let gone: string | null = null;
  let closing = false;
  socket.on('error', (error) => {
    lastError = error;
  });
  socket.on('close', () => {
    gone = `${name}: the port is gone: ${lastError?.message ?? 'closed by the other side'}`;
    if (!closing) lost?.(gone);
  });
  socket.on('data', (bytes: Buffer) => listener?.(Uint8Array.from(bytes), clock.nowNs()));
  return {
    name,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (gone !== null) {
          reject(new BenchError('rig', gone));
          return;
        }
        socket.write(bytes, (error) => {
          const failure = error ?? lastError;
          if (failure === null) resolve();
          else reject(new BenchError('rig', `${name}: writing failed: ${failure.message}`));
        });
      }),
    listen: (next) => {
      listener = next;
    },
    onLost: (next) => {
      lost = next;
    },
    setBaudRate: () => Promise.resolve(),
    setLines: () => Promise.resolve(false),
    close: () => {
      closing = true;
      socket.destroy();
      return Promise.resolve();
    },
  };
}

async function connected({ name, host, port, clock }: TcpChannelOptions): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  const answered = new AbortController();
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error) =>
      reject(new BenchError('rig', `${name}: the port did not open: ${error.message}`)),
    );
  });
  const late = clock.sleepUntil(clock.nowNs() + CONNECT_WITHIN_NS, answered.signal).then(() => {
    const text = `${name}: awaited the connection for ${formatDurationNs(CONNECT_WITHIN_NS)}, got nothing`;
    throw new BenchError('rig', text);
  });
  try {
    await Promise.race([opened, late]);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    answered.abort();
    late.catch(() => undefined);
  }
}
