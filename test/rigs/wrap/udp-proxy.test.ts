import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { LinkFaults } from '../../../rigs/wrap/faulty-link.ts';
import { UdpProxy } from '../../../rigs/wrap/udp-proxy.ts';
import { hasIpv6 } from '../fleet/udp-hosts.ts';
import { until } from '../head-end/scripted-meters.ts';

const IPV6 = await hasIpv6();
const MESSAGES = 40;
const ONE_IN = 4;

/** For a proxy that must not fail. */
function rethrow(error: unknown): never {
  throw error;
}

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

async function socketAt(host: string): Promise<Socket> {
  const socket = createSocket(host === '::1' ? 'udp6' : 'udp4');
  socket.bind(0, host);
  await once(socket, 'listening');
  sockets.push(socket);
  return socket;
}

/** A server that answers with what it heard, a proxy before it, and two clients. */
async function echoing(faults: Partial<LinkFaults>, host = '127.0.0.1', serverHost = host) {
  const server = await socketAt(serverHost);
  const heard: { readonly text: string; readonly port: number }[] = [];
  server.on('message', (bytes, { port, address }) => {
    heard.push({ text: bytes.toString(), port });
    server.send(bytes, port, address);
  });
  const to = { host: serverHost, port: server.address().port };
  const proxy = await UdpProxy.open({ listen: { host, port: 0 }, to, faults, seed: 1 }, rethrow);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await proxy.close();
    isOpen = false;
  };
  onTestFinished(close);
  const client = async (name: string) => {
    const socket = await socketAt(host);
    const answers: string[] = [];
    socket.on('message', (bytes) => answers.push(bytes.toString()));
    for (let number = 0; number < MESSAGES; number++) {
      socket.send(`${name}${number}`, proxy.end.port, host);
    }
    return answers;
  };
  return { proxy, heard, client, close };
}

const numbersOf = (name: string): string[] =>
  Array.from({ length: MESSAGES }, (_, number) => `${name}${number}`);

describe('without faults', () => {
  test.skipIf(!IPV6)('it joins clients of IPv4 and a server of IPv6', async () => {
    const { client } = await echoing({}, '127.0.0.1', '::1');
    const answers = await client('a');
    await until(() => answers.length === MESSAGES, 'all answers');
    expect(answers).toEqual(numbersOf('a'));
  });

  test.each(IPV6 ? ['127.0.0.1', '::1'] : ['127.0.0.1'])(
    'at %s each client has a port of its own and its own answers',
    async (host) => {
      const { proxy, heard, client } = await echoing({}, host);
      const [a, b] = [await client('a'), await client('b')];
      await until(() => a.length === MESSAGES && b.length === MESSAGES, 'all answers');
      expect(a).toEqual(numbersOf('a'));
      expect(b).toEqual(numbersOf('b'));
      const portsOf = (name: string) =>
        new Set(heard.filter(({ text }) => text.startsWith(name)).map(({ port }) => port));
      expect(portsOf('a').size).toBe(1);
      expect(portsOf('b').size).toBe(1);
      expect(portsOf('a')).not.toEqual(portsOf('b'));
      const both = { received: 2 * MESSAGES, sent: 2 * MESSAGES };
      expect(proxy.counts()).toEqual({ clients: 2, up: both, down: both });
    },
  );
});

test('each direction of each client loses one in so many', async () => {
  const { proxy, heard, client } = await echoing({ dropOneIn: ONE_IN });
  const up = MESSAGES - MESSAGES / ONE_IN;
  const down = up - Math.floor(up / ONE_IN);
  const [a, b] = [await client('a'), await client('b')];
  await until(() => proxy.counts().down.received === 2 * up, 'the answers');
  await until(() => a.length + b.length === proxy.counts().down.sent, 'the rest of them');
  expect(heard).toHaveLength(2 * up);
  expect([a.length, b.length]).toEqual([expect.closeTo(down, -1), expect.closeTo(down, -1)]);
  expect(a.length + b.length).toBeLessThan(2 * up);
});

test('what is held back goes on at the end', async () => {
  const { proxy, heard, client, close } = await echoing({ reorderOneIn: 1 });
  await client('a');
  await until(() => proxy.counts().up.received === MESSAGES, 'all messages');
  await close();
  expect(proxy.counts().up).toEqual({ received: MESSAGES, sent: MESSAGES });
  await until(() => heard.length === MESSAGES, 'the last one');
});

test('an address that is taken is refused', async () => {
  const taken = (await socketAt('127.0.0.1')).address().port;
  const listen = { host: '127.0.0.1', port: taken };
  const open = UdpProxy.open({ listen, to: listen, faults: {}, seed: 1 }, rethrow);
  await expect(open).rejects.toThrow(`UDP 127.0.0.1:${taken}: cannot listen`);
});
