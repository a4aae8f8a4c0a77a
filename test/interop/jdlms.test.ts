import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { keysCommand } from '../../harness/main/keys-command.ts';
import { CLI } from '../harness/main/command-line.ts';
import { missingPeers, PEERS_REQUIRED } from './peers.ts';

/** Our client against a server that nobody here wrote: jDLMS by Fraunhofer ISE. */

const HOME =
  process.env['METERBENCH_PEER_HOME'] ??
  path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'meterbench/peers');
const JARS = path.join(HOME, 'java');
const SERVER = fileURLToPath(new URL('dlms/JdlmsServer.java', import.meta.url));
const MISSING = missingPeers({
  java: ['java', '--version'],
  jdlms: ['test', '-f', path.join(JARS, 'jdlms-1.8.0.jar')],
});
const why = MISSING.length === 0 ? '' : ` (skipped: ${MISSING.join(', ')} missing)`;
const PASSWORD = '12345678';

interface Keys {
  readonly globalUnicastKey: string;
  readonly authenticationKey: string;
}
const [KEYS] = JSON.parse(keysCommand({ meters: 1, first: 0, format: 'dlms' })) as readonly Keys[];
if (KEYS === undefined) throw new Error('no keys');

/** A server with these keys. */
async function jdlms({ globalUnicastKey, authenticationKey }: Keys) {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const args = ['-cp', path.join(JARS, '*'), SERVER, String(port), PASSWORD];
  const child = spawn('java', [...args, globalUnicastKey, authenticationKey], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const complaint = text(child.stderr);
  const stop = async (): Promise<void> => {
    const ended = once(child, 'close');
    child.stdin.end();
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'listening') return { target: `127.0.0.1:${port}`, stop };
  }
  throw new Error(`jDLMS did not listen: ${await complaint}`);
}

/** What `read` prints, and how it ends. */
async function read(target: string, role: string, password = PASSWORD) {
  const child = spawn(process.execPath, [CLI, 'read', '--dlms', target, '--as', role], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, METERBENCH_DLMS_PASSWORD: password },
  });
  const [out, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { out, complaint, code };
}

/** One bit of a key changed. */
function spoilt(key: string): string {
  return key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
}

test.runIf(PEERS_REQUIRED)('the peers are here', () => {
  expect(MISSING).toEqual([]);
});

describe.skipIf(MISSING.length > 0)(`our client reads a server of jDLMS${why}`, () => {
  let server: Awaited<ReturnType<typeof jdlms>>;
  beforeAll(async () => {
    server = await jdlms(KEYS);
  });
  afterAll(() => server.stop());

  test.each(['public', 'reader', 'management'])('as %s: object list and values', async (role) => {
    const { out, complaint, code } = await read(server.target, role);
    expect(complaint).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('0.0.96.1.0.255  class 1  2  "a server of jDLMS"');
    expect(out).toMatch(/^1\.0\.1\.8\.0\.255 {2}class 3 {2}2 {2}123456$/m);
  });

  test('a wrong password is not let in', async () => {
    const { out, code } = await read(server.target, 'reader', '87654321');
    expect(code).not.toBe(0);
    expect(out).toBe('');
  });

  test.each(['globalUnicastKey', 'authenticationKey'] as const)(
    'nothing is read where one bit of the %s differs',
    async (name) => {
      const other = await jdlms({ ...KEYS, [name]: spoilt(KEYS[name]) });
      onTestFinished(other.stop);
      const { out, code, complaint } = await read(other.target, 'management');
      expect(out).toBe('');
      expect(code).not.toBe(0);
      expect(complaint).not.toBe('');
    },
  );
});
