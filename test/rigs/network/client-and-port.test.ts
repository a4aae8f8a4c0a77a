import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { toHex } from '../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../devices/protocol/c12-22/ap-title.ts';
import { createEaxPrimeCipher } from '../../../devices/protocol/c12-22/eax-prime.ts';
import type { SecurityMode } from '../../../devices/protocol/c12-22/epsem.ts';
import { C1222Node, type NodeSettings } from '../../../devices/protocol/c12-22/node/server.ts';
import { WallClock } from '../../../rigs/clock/wall.ts';
import {
  type ApduChannel,
  openTcpChannel,
  openUdpChannel,
} from '../../../rigs/network/apdu-channel.ts';
import { NetworkClient, type NetworkClientSettings } from '../../../rigs/network/c12-22-client.ts';
import { ApduPort } from '../../../rigs/network/apdu-port.ts';
import { isTaken } from '../../../rigs/network/udp-port.ts';
import { PASSWORD, recordedHost } from '../../devices/protocol/meter-host.ts';

const TITLE = ApTitle.of('.1.7');
const CALLER = ApTitle.of('.2.9');
const KEY = new Uint8Array(16).fill(3);
const WRONG_KEY = new Uint8Array(16).fill(4);
const KEY_ID = 5;
const MS = 1e6;

const IPV6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);
const HOSTS = IPV6 ? (['127.0.0.1', '::1'] as const) : (['127.0.0.1'] as const);
const MODES = ['clear', 'authenticated', 'ciphered'] as const;
const TRANSPORTS = { tcp: openTcpChannel, udp: openUdpChannel } as const;
const WAYS = Object.keys(TRANSPORTS) as (keyof typeof TRANSPORTS)[];

const clock = new WallClock();
const password = new Uint8Array(20);
password.set(new TextEncoder().encode(PASSWORD));
const closing: (() => Promise<unknown>)[] = [];
let iv = 0;

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function served(host: string = '127.0.0.1', settings: Partial<NodeSettings> = {}) {
  const meter = recordedHost();
  meter.tables.set(23, Uint8Array.of(1, 2, 3));
  const node = new C1222Node({
    host: meter,
    identity: {
      title: TITLE,
      device: { standard: 3, version: 1, revision: 0, features: new Uint8Array() },
      nativeAddress: Uint8Array.of(127, 0, 0, 1),
    },
    cipherOf: (keyId) => (keyId === KEY_ID ? createEaxPrimeCipher(KEY) : undefined),
    nextIv: () => ++iv,
    settings,
  });
  const listener = await ApduPort.open({
    address: { host, port: 0 },
    blame: 'rig',
    connectionsMost: 2,
    silenceMs: 60_000,
  });
  listener.listen(
    (path, bytes) => {
      const answer = node.receive(clock.nowNs(), path, bytes);
      if (answer !== null) listener.send(path, answer);
    },
    (path) => node.pathLost(clock.nowNs(), path),
  );
  closing.push(() => listener.close());
  return { listener, node, meter };
}

function asking(
  channel: ApduChannel,
  mode: SecurityMode,
  settings: Partial<NetworkClientSettings> = {},
  key = KEY,
): NetworkClient {
  const client = new NetworkClient(
    channel,
    clock,
    {
      called: TITLE,
      calling: CALLER,
      security:
        mode === 'clear' ? null : { mode, keyId: KEY_ID, cipher: createEaxPrimeCipher(key) },
      nextIv: () => ++iv,
      firstInvocation: 1_000,
    },
    { password: { bytes: password, userId: 2 }, ...settings },
  );
  closing.push(() => client.close());
  return client;
}

describe.each(HOSTS)('at %s', (host) => {
  const grid = WAYS.flatMap((way) => MODES.map((mode) => ({ way, mode })));

  test.each(grid)('$way, $mode: without a session', async ({ way, mode }) => {
    const { listener } = await served(host);
    const client = asking(await TRANSPORTS[way](listener.address), mode);
    expect(await client.identify()).toMatchObject({ standard: 3 });
    expect((await client.readTable(23)).bytes).toEqual(Uint8Array.of(1, 2, 3));
    const part = await client.readPart(23, { by: 'offset', offset: 1, count: 2 });
    expect(part.bytes).toEqual(Uint8Array.of(2, 3));
    await expect(client.readTable(7)).rejects.toThrow('answered with 05 iar');
    expect(toHex(await client.resolve(TITLE))).toBe('7f000001');
    const titles = (await client.trace()).map((title) => title.toString());
    expect(titles).toEqual([TITLE.toString()]);
  });

  test.each(grid)('$way, $mode: in a session, with and without AC', async ({ way, mode }) => {
    const { listener, node, meter } = await served(host);
    const channel = await TRANSPORTS[way](listener.address);
    const client = asking(channel, mode, { leavesOutParameters: true });
    expect(await client.logon(2, 'meterbench', 30)).toBe(30);
    await client.wait(5);
    expect((await client.readTable(23)).bytes).toEqual(Uint8Array.of(1, 2, 3));
    await client.writeTable(7, Uint8Array.of(9, 0, 1));
    expect(toHex((await client.readTable(8)).bytes)).toBe('09000100cafe');
    await client.logoff();
    expect(node.sessions).toBe(0);
    await client.logon(2, 'meterbench', 30);
    await client.terminate();
    expect(meter.calls.filter((call) => call === 'ended normally')).toHaveLength(2);
  });
});

describe.each(WAYS)('%s', (way) => {
  test.each(['authenticated', 'ciphered'] as const)(
    'control: with a wrong key nothing is read, %s',
    async (mode) => {
      const { listener, meter } = await served();
      const client = asking(await TRANSPORTS[way](listener.address), mode, {}, WRONG_KEY);
      await expect(client.readTable(1)).rejects.toThrow('answered with 0b sme');
      expect(meter.calls).toEqual([]);
    },
  );

  test('control: with a wrong password nothing that is protected is read', async () => {
    const { listener } = await served();
    const wrong = { password: { bytes: new Uint8Array(20).fill(0x31), userId: 2 } };
    const client = asking(await TRANSPORTS[way](listener.address), 'ciphered', wrong);
    await expect(client.readTable(23)).rejects.toThrow('Security: answered with 01 err');
  });
});

test.each(MODES)('the trace shows bytes and no password, %s', async (mode) => {
  const { listener } = await served();
  const lines: string[] = [];
  const trace = (direction: string, hex: string) => lines.push(`${direction} ${hex}`);
  const client = asking(await openTcpChannel(listener.address), mode, { trace });
  await client.readTable(23);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['sent', 'received']);
  expect(lines.join('\n')).not.toContain(toHex(password.subarray(0, 8), ' '));
  expect(lines[0]?.includes('** **')).toBe(mode !== 'ciphered');
});

test('a connection that goes takes its session with it', async () => {
  const { listener, node } = await served();
  const channel = await openTcpChannel(listener.address);
  const client = asking(channel, 'ciphered');
  await client.logon(2, 'meterbench', 30);
  expect(node.sessions).toBe(1);
  await channel.close();
  // The listener hears of the end some turns later; a later caller is answered after that.
  const other = asking(await openTcpChannel(listener.address), 'ciphered');
  await other.identify();
  expect(node.sessions).toBe(0);
});

test('bytes that are no APDU end the connection, and the next caller is served', async () => {
  const { listener } = await served();
  const channel = await openTcpChannel(listener.address);
  const lost = new Promise<string>((resolve) => channel.onLost(resolve));
  await channel.send(Uint8Array.of(0x16, 0x03, 0x01));
  expect(await lost).toContain('closed the connection');
  await channel.close();
  const client = asking(await openTcpChannel(listener.address), 'clear');
  expect(await client.identify()).toMatchObject({ standard: 3 });
});

test('an answer that is lost is asked for again, and the service is done once', async () => {
  const { listener, node, meter } = await served();
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closing.push(() => new Promise((resolve) => socket.close(() => resolve(null))));
  // A way that drops the first answer.
  let answers = 0;
  let caller = 0;
  socket.on('message', (bytes, from) => {
    if (from.port === listener.address.port) {
      if (answers++ > 0) socket.send(bytes, caller, '127.0.0.1');
    } else {
      caller = from.port;
      socket.send(bytes, listener.address.port, listener.address.host);
    }
  });
  const channel = await openUdpChannel({ host: '127.0.0.1', port: socket.address().port });
  const client = asking(channel, 'ciphered', { answerNs: 100 * MS });
  await client.writeTable(5, new Uint8Array(20));
  expect(node.counters).toMatchObject({ repeated: 1, replays: 0 });
  expect(meter.calls.filter((call) => call.startsWith('write 5'))).toHaveLength(1);
});

test('silence is told with where, what, how long and how often', async () => {
  const deaf = createSocket('udp4');
  deaf.bind(0, '127.0.0.1');
  await once(deaf, 'listening');
  closing.push(() => new Promise((resolve) => deaf.close(() => resolve(null))));
  const { port } = deaf.address();
  const channel = await openUdpChannel({ host: '127.0.0.1', port });
  const client = asking(channel, 'clear', { answerNs: 20 * MS, retries: 1 });
  await expect(client.identify()).rejects.toThrow(
    `udp 127.0.0.1:${port}: Identify: no answer within 20 ms 2 times; came: nothing`,
  );
});

test('where nobody listens there is no connection', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  server.close();
  await once(server, 'close');
  await expect(openTcpChannel({ host: '127.0.0.1', port })).rejects.toThrow('no connection');
  expect(await isTaken({ host: '127.0.0.1', port })).toBe(false);
});

test('more connections than there are places for are closed at once', async () => {
  const { listener } = await served();
  const first = asking(await openTcpChannel(listener.address), 'clear');
  const second = asking(await openTcpChannel(listener.address), 'clear');
  await first.identify();
  await second.identify();
  const third = await openTcpChannel(listener.address);
  const lost = await new Promise<string>((resolve) => third.onLost(resolve));
  expect(lost).toContain('closed the connection');
  expect(await first.identify()).toMatchObject({ standard: 3 });
});
