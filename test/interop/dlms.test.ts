import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect as connectTo, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysCommand } from '../../harness/main/keys-command.ts';
import { lineOf, missingPeers, type Peer, PEERS_REQUIRED, start, stop } from './peers.ts';

/**
 * Independent DLMS clients against `serve meter --dlms`. No single one is an oracle: both have to read
 * the same meter alike, and what must fail has to fail with each.
 */

const HOME =
  process.env['METERBENCH_PEER_HOME'] ??
  path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'meterbench/peers');
const PYTHON = path.join(HOME, 'python/bin/python');
const CLIENTS = {
  'gurux-dlms': { script: 'gurux_client.py', module: 'gurux_dlms' },
  'dlms-cosem': { script: 'dlms_cosem_client.py', module: 'dlms_cosem' },
} as const;
type ClientName = keyof typeof CLIENTS;
const NAMES = Object.keys(CLIENTS) as readonly ClientName[];
const MISSING = missingPeers(
  Object.fromEntries(
    Object.entries(CLIENTS).map(([name, { module }]) => [name, [PYTHON, '-c', `import ${module}`]]),
  ),
);
const why = MISSING.length === 0 ? '' : ` (skipped: ${MISSING.join(', ')} missing)`;

interface Told {
  readonly objects: readonly (readonly [classId: number, name: string])[];
  readonly clock: number | string;
  readonly energy: number;
  readonly rows?: number;
  readonly last?: number | null;
  readonly imageStatus?: number;
}
type Outcome = { readonly done: Told } | { readonly failed: string };

interface Place {
  readonly host: string;
  readonly port: number;
}

let meter: Peer | undefined;
let wrapper: Place;
let hdlc: Place;
const [KEYS] = JSON.parse(keysCommand({ meters: 1, first: 0, format: 'dlms' })) as readonly {
  readonly globalUnicastKey: string;
  readonly authenticationKey: string;
}[];
let counter = 1;

const READER = { client: 17, authentication: 'low', password: '12345678' } as const;

/** Every conversation has counters of its own, above those before. */
function management() {
  counter += 1_000;
  return {
    client: 1,
    authentication: 'high-gmac',
    systemTitle: '4d42430000000001',
    encryptionKey: KEYS?.globalUnicastKey,
    authenticationKey: KEYS?.authenticationKey,
    counter,
  } as const;
}

/** Runs a client with what it is asked on its standard input; its last line is its answer. */
async function run(name: ClientName, asked: object): Promise<Outcome> {
  const child = spawn(PYTHON, [path.join('test/interop/dlms', CLIENTS[name].script)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  child.stdin.end(JSON.stringify(asked));
  await once(child, 'close');
  return JSON.parse(text.trim().split('\n').at(-1) ?? '') as Outcome;
}

async function done(name: ClientName, asked: object): Promise<Told> {
  const outcome = await run(name, asked);
  if ('failed' in outcome) throw new Error(outcome.failed);
  return outcome.done;
}

/** A way to the meter on which the last byte of each ciphered request is another one. */
async function spoiledWay(): Promise<Place & { close(): Promise<void> }> {
  const server = createServer((socket) => {
    const beyond = connectTo(wrapper.port, wrapper.host);
    socket.on('data', (bytes: Buffer) => {
      // The AARQ goes through: it is what follows that is spoiled.
      if (bytes[8] !== 0x60) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0x01;
      beyond.write(bytes);
    });
    beyond.on('data', (bytes: Buffer) => socket.write(bytes));
    for (const [one, other] of [
      [socket, beyond],
      [beyond, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

function wrapped() {
  return { ...wrapper, interface: 'wrapper' };
}

function framed() {
  return { ...hdlc, interface: 'hdlc' };
}

test.runIf(PEERS_REQUIRED)('the peers that are required are here', () => {
  expect(MISSING).toEqual([]);
});

describe.skipIf(MISSING.length > 0)(`independent DLMS clients${why}`, () => {
  beforeAll(async () => {
    meter = start('node', [
      'harness/main/start.mjs',
      'serve',
      'meter',
      '--dlms',
      '127.0.0.1:0',
      '--hdlc',
      '127.0.0.1:0',
    ]);
    const line = await lineOf(meter, 'stdout', /"ready"/);
    const { ready } = JSON.parse(line) as { ready: { dlms: { at: Place; hdlc: Place } } };
    wrapper = ready.dlms.at;
    hdlc = ready.dlms.hdlc;
  });
  afterAll(() => stop(meter));

  test('read the object list, clock, register and load profile by range, in the clear', async () => {
    const told = await done('gurux-dlms', { ...wrapped(), ...READER });
    expect(told.objects.length).toBeGreaterThan(70);
    expect(told.objects).toContainEqual([7, '1.0.99.1.0.255']);
    expect(Math.abs(Number(told.clock) - Date.now() / 1_000)).toBeLessThan(10);
    // Two hours of a day that it has recorded, both ends included.
    expect(told.rows).toBeGreaterThanOrEqual(24);
    expect(told.last).toBeLessThanOrEqual(told.energy);
    expect(told.energy).toBeGreaterThan(20_000);
  });

  test('the other client reads the same meter alike', async () => {
    const [one, other] = [
      await done('gurux-dlms', { ...wrapped(), ...READER }),
      await done('dlms-cosem', { ...wrapped(), ...READER }),
    ];
    expect(other.objects).toEqual(one.objects);
    expect(other.energy - one.energy).toBeGreaterThanOrEqual(0);
    expect(other.energy - one.energy).toBeLessThan(100);
  });

  test.each(NAMES)('%s reads it ciphered, having proved itself by GMAC', async (name) => {
    const told = await done(name, { ...wrapped(), ...management() });
    expect(told.objects).toContainEqual([64, '0.0.43.0.0.255']);
    expect(told.energy).toBeGreaterThan(20_000);
  });

  test('reads it over HDLC, in the clear and ciphered', async () => {
    const clear = await done('gurux-dlms', { ...framed(), ...READER });
    const ciphered = await done('gurux-dlms', { ...framed(), ...management() });
    expect(clear.rows).toBeGreaterThanOrEqual(24);
    expect(ciphered.rows).toBeGreaterThanOrEqual(24);
  });

  test.each(NAMES)('%s is refused with a wrong password', async (name) => {
    const asked = { ...wrapped(), ...READER, password: '87654321' };
    expect(await run(name, asked)).toHaveProperty('failed');
  });

  test.each(NAMES)('%s is refused with a wrong key', async (name) => {
    const asked = { ...wrapped(), ...management(), encryptionKey: '00'.repeat(16) };
    expect(await run(name, asked)).toHaveProperty('failed');
  });

  test.each(NAMES)('%s is refused when a byte of its requests is flipped', async (name) => {
    const way = await spoiledWay();
    const asked = { host: way.host, port: way.port, interface: 'wrapper', ...management() };
    expect(await run(name, asked)).toHaveProperty('failed');
    await way.close();
  });

  test('a counter that was used is refused', async () => {
    const used = { ...wrapped(), ...management(), counter: 2 };
    expect(await run('gurux-dlms', used)).toHaveProperty('failed');
  });

  test('transfers an image, which the meter verifies and activates', async () => {
    const image = Buffer.from(Array.from({ length: 1_111 }, (_, place) => place & 0xff));
    const asked = { identification: '3.1', image: image.toString('hex') };
    const told = await done('gurux-dlms', { ...wrapped(), ...management(), ...asked });
    expect(told.imageStatus).toBe(3);
  });
});
