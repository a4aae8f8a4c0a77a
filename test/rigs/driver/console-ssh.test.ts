import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import ssh2 from 'ssh2';
import { expect, onTestFinished, test } from 'vitest';

import { WallClock } from '../../../rigs/clock/wall.ts';
import { consoleSsh } from '../../../rigs/console/console-ssh.ts';
import { simulatedShell } from '../../../rigs/console/simulated-shell.ts';
import { secretsFrom } from '../../../rigs/driver/secrets.ts';
import type { Console } from '../../../rigs/port/probe.ts';
import { actuator } from '../../../rigs/stimulus/actuator.ts';
import { farEnd } from './far-end.ts';

/** The console by SSH against a real SSH server whose commands act on the physics; wall time. */

const HOST_KEY = ssh2.utils.generateKeyPairSync('ed25519');
const CLIENT_KEY = ssh2.utils.generateKeyPairSync('ed25519');
const PASSWORD = 'correct horse';
const SECOND = 1e9;
const NEVER = `SHA256:${'A'.repeat(43)}`;

type Fault = 'dead' | 'cut' | 'garbage';

interface Device {
  readonly port: number;
  /** Of its host key, as a device tells it. */
  readonly fingerprint: string;
  /** Connections that came as far as a user's name. */
  readonly asked: string[];
}

/** A device with an SSH server over the shell of a simulated module. */
async function device(fault: Fault | null = null): Promise<Device> {
  // Any twin brings the physics of a bench with it.
  const bench = await farEnd(actuator, { states: ['a', 'b'], 'acts-on': 'x' }, 'simulated');
  bench.physics.setSource({ on: true, milliVolts: 240_000 });
  bench.physics.setSwitch(true);
  const shell = simulatedShell(bench.physics, '60012345');
  const asked: string[] = [];
  const server = new ssh2.Server({ hostKeys: [HOST_KEY.private] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      asked.push(context.username);
      const isRight =
        (context.method === 'password' && context.password === PASSWORD) ||
        (context.method === 'publickey' &&
          CLIENT_KEY.public.includes(context.key.data.toString('base64')));
      if (isRight) context.accept();
      else context.reject(['password', 'publickey']);
    });
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        if (fault === 'dead') return;
        channel.write(
          `${fault === 'garbage' ? '\u001b[31m\ufffd' : ''}${shell(command)}\r\n`,
          () => {
            if (fault === 'cut') client.end();
            else {
              channel.exit(0);
              channel.end();
            }
          },
        );
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await bench.close();
  });
  const { port } = server.address() as AddressInfo;
  const parsed = ssh2.utils.parseKey(HOST_KEY.public);
  if (parsed instanceof Error) throw parsed;
  const digest = createHash('sha256').update(parsed.getPublicSSH()).digest('base64');
  return { port, fingerprint: `SHA256:${digest.replace(/=+$/, '')}`, asked };
}

async function consoleAt(
  { port }: Device,
  options: object,
  environment: Readonly<Record<string, string>> = { SECRET: PASSWORD },
): Promise<Console> {
  const written = { host: '127.0.0.1', 'ssh-port': port, user: 'root', ...options };
  const opened = await consoleSsh.open(written, {
    name: 'console',
    clock: new WallClock(),
    operator: { ask: () => Promise.reject(new Error('nobody is there')) },
    openLine: () => Promise.reject(new Error('no line')),
    port: null,
    limits: { milliVolts: 0, milliAmps: 0 },
    instrument: null,
    readback: 'none',
    senses: 'upstream',
    secret: secretsFrom(new Uint8Array(20), environment),
  });
  onTestFinished(() => opened.release());
  return opened;
}

const BY_PASSWORD = { 'password-from': 'SECRET' };

test('gives what commands print, over one session', async () => {
  const there = await device();
  const { fingerprint } = there;
  const opened = await consoleAt(there, { fingerprint, ...BY_PASSWORD });
  expect(await opened.send('serial', 10 * SECOND)).toBe('60012345');
  expect(await opened.send('mains', 10 * SECOND)).toBe('240.0 V');
  expect(there.asked.length).toBeLessThanOrEqual(2);
});

test('takes a key from the file that the environment names', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'meterbench-ssh-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'key');
  writeFileSync(file, CLIENT_KEY.private, { mode: 0o600 });
  const there = await device();
  const { fingerprint } = there;
  const opened = await consoleAt(there, { fingerprint, 'key-from': 'KEY' }, { KEY: file });
  expect(await opened.send('serial', 10 * SECOND)).toBe('60012345');
  const lost = consoleAt(there, { fingerprint, 'key-from': 'KEY' }, { KEY: `${file}.pub` });
  await expect(lost).rejects.toThrow(/the key cannot be read/);
});

test('another host key ends it before the password is sent, and tells both', async () => {
  const there = await device();
  const opened = await consoleAt(there, { fingerprint: NEVER, ...BY_PASSWORD });
  const error = await opened.send('serial', 10 * SECOND).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ blame: 'rig' });
  expect(String(error)).toContain(
    `names the host key ${NEVER}, the host showed ${there.fingerprint}`,
  );
  expect(there.asked).toEqual([]);
});

test('without a fingerprint nothing is sent, and the one that was seen is told', async () => {
  const there = await device();
  const opened = await consoleAt(there, BY_PASSWORD);
  await expect(opened.send('serial', 10 * SECOND)).rejects.toMatchObject({
    blame: 'rig',
    message: expect.stringContaining(
      `names no fingerprint of the host key; the host showed ${there.fingerprint}`,
    ),
  });
  expect(there.asked).toEqual([]);
});

test('a wrong password is blamed on the rig, and shown nowhere', async () => {
  const there = await device();
  const { fingerprint } = there;
  const opened = await consoleAt(there, { fingerprint, ...BY_PASSWORD }, { SECRET: 'hunter2' });
  const error = await opened.send('serial', 10 * SECOND).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ blame: 'rig', message: expect.stringMatching(/no session/) });
  expect(String(error)).not.toContain('hunter2');
  expect(there.asked.length).toBeGreaterThan(0);
});

test('what the device prints of the password is masked', async () => {
  const there = await device();
  const { fingerprint } = there;
  const opened = await consoleAt(there, { fingerprint, ...BY_PASSWORD });
  expect(await opened.send(`echo is it ${PASSWORD}?`, 10 * SECOND)).toBe('is it ***?');
});

test('control sequences are left out', async () => {
  const there = await device('garbage');
  const { fingerprint } = there;
  const opened = await consoleAt(there, { fingerprint, ...BY_PASSWORD });
  expect(await opened.send('serial', 10 * SECOND)).toBe('\ufffd60012345');
});

test('a command that does not end is told with its limit', async () => {
  const there = await device('dead');
  const { fingerprint } = there;
  const opened = await consoleAt(there, { fingerprint, ...BY_PASSWORD });
  await expect(opened.send('serial', SECOND / 2)).rejects.toMatchObject({
    blame: 'dut',
    message: expect.stringMatching(/awaited the end of "serial" for 500 ms, got nothing/),
  });
});

test('a connection that is cut in the middle of an answer is told with what came', async () => {
  const there = await device('cut');
  const { fingerprint } = there;
  const opened = await consoleAt(there, { fingerprint, ...BY_PASSWORD });
  await expect(opened.send('serial', 10 * SECOND)).rejects.toMatchObject({
    blame: 'rig',
    message: expect.stringMatching(/lost before the end of "serial"; got "60012345\\n"/),
  });
});

test('a device that is not there is told, and so are secrets that are not named', async () => {
  const there = await device();
  const { fingerprint } = there;
  const opened = await consoleAt({ ...there, port: 1 }, { fingerprint, ...BY_PASSWORD });
  await expect(opened.send('serial', 10 * SECOND)).rejects.toMatchObject({ blame: 'rig' });
  await expect(consoleAt(there, { fingerprint })).rejects.toThrow(
    /either password-from or key-from/,
  );
  await expect(consoleAt(there, { fingerprint, ...BY_PASSWORD }, {})).rejects.toThrow(/SECRET/);
});

test('a run that is cancelled stops waiting, with its own reason', async () => {
  const there = await device('dead');
  const { fingerprint } = there;
  const opened = await consoleAt(there, { fingerprint, ...BY_PASSWORD });
  const cancelled = new AbortController();
  const thrown = opened
    .send('serial', 60 * SECOND, cancelled.signal)
    .catch((error: unknown) => error);
  cancelled.abort(new Error('interrupted by SIGINT'));
  expect(await thrown).toMatchObject({ message: 'interrupted by SIGINT' });
});
