import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineOf, type Peer, start } from '../peers.ts';

/** A broker that nobody here wrote, on loopback, with its sessions on the disk. */
export interface Mosquitto {
  readonly port: number;
  readonly target: string;
  /** Without warning, as a power cut ends it. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

const BINARY = '/usr/sbin/mosquitto';
/** Both print their help and then fail, so that it is asked whether they are there. */
export const MOSQUITTO = {
  mosquitto: ['test', '-x', BINARY],
  'mosquitto-clients': ['sh', '-c', 'command -v mosquitto_pub && command -v mosquitto_sub'],
} as const;

/** @param tls folder with ca.pem, server.pem and server.key; clients must show a certificate then */
export async function mosquitto(tls: string | null = null): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'meterbench-mosquitto-'));
  const port = await freePort();
  const file = join(folder, 'mosquitto.conf');
  const encrypted =
    tls === null
      ? []
      : [
          `cafile ${join(tls, 'ca.pem')}`,
          `certfile ${join(tls, 'server.pem')}`,
          `keyfile ${join(tls, 'server.key')}`,
          'require_certificate true',
        ];
  const lines = [
    `listener ${port} 127.0.0.1`,
    ...encrypted,
    'allow_anonymous true',
    'user root',
    'persistence true',
    `persistence_location ${folder}/`,
    // Every change: what was acknowledged is on the disk when the broker is killed.
    'autosave_interval 1',
    'autosave_on_changes true',
    'max_queued_messages 0',
    'log_type all',
    'log_dest stderr',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  let child: Peer;
  const run = async (): Promise<void> => {
    child = start(BINARY, ['-c', file]);
    await lineOf(child, 'stderr', /mosquitto version .* running/);
  };
  await run();
  return {
    port,
    target: `127.0.0.1:${port}`,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
    restart: run,
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
