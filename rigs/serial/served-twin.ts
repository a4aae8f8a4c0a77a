import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Scheduler } from '../clock/scheduler.ts';
import { BenchError } from '../port/bench.ts';
import type { Twin } from './twin.ts';

/** A twin that other processes reach over a real port, in wall time. */
export interface ServedTwin {
  /** As a rig file names it: a device path or tcp://host:port. */
  readonly port: string;
  /** Takes the port away, as an unplugged cable does. */
  close(): Promise<void>;
}

const PTY_WITHIN_MS = 5_000;
const POLL_MS = 5;

/** Serves a twin on a TCP port of the loopback, as a serial server does; one client at a time. */
export async function serveTwinOverTcp(twin: Twin, scheduler: Scheduler): Promise<ServedTwin> {
  let client: Socket | null = null;
  twin.connect((bytes) => client?.write(bytes));
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    if (client !== null) {
      socket.destroy();
      return;
    }
    client = socket;
    socket.on('data', (bytes: Buffer) => twin.receive(Uint8Array.from(bytes), scheduler.nowNs()));
    socket.on('close', () => {
      if (client === socket) client = null;
    });
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    port: `tcp://127.0.0.1:${port}`,
    close: async () => {
      client?.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Serves a twin on a pseudo-terminal at `path`, made by socat. The slave side is held open, as a pty
 * hangs up when its last user goes, which a serial port does not.
 * @throws BenchError (rig) when socat is not there
 */
export async function serveTwinOverPty(
  twin: Twin,
  scheduler: Scheduler,
  path: string,
): Promise<ServedTwin> {
  const socat = spawn('socat', [`PTY,link=${path},rawer`, 'STDIO'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // A Ctrl-C at the terminal is for the runner; twins end when they are told to.
    detached: true,
  });
  const gone = once(socat, 'exit');
  gone.catch(() => undefined);
  const slave = await ptyOf(socat, path);
  socat.stdin.on('error', () => undefined);
  twin.connect((bytes) => {
    if (socat.stdin.writable) socat.stdin.write(bytes);
  });
  socat.stdout.on('data', (bytes: Buffer) =>
    twin.receive(Uint8Array.from(bytes), scheduler.nowNs()),
  );
  return {
    port: path,
    close: async () => {
      if (!socat.kill('SIGTERM')) return;
      await gone;
      closeSync(slave);
    },
  };
}

/** Waits until socat has made its link, and opens it. */
async function ptyOf(socat: ChildProcess, path: string): Promise<number> {
  let failure: Error | null = null;
  socat.once('error', (error) => {
    failure = error;
  });
  for (let waitedMs = 0; waitedMs < PTY_WITHIN_MS; waitedMs += POLL_MS) {
    if (existsSync(path)) return openSync(path, constants.O_RDWR | constants.O_NOCTTY);
    if (failure !== null || socat.exitCode !== null) break;
    await delay(POLL_MS);
  }
  const why = (failure as Error | null)?.message ?? `exit code ${String(socat.exitCode)}`;
  throw new BenchError('rig', `socat made no pseudo-terminal at ${path}: ${why}`);
}
