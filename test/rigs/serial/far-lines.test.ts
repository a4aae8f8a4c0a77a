import { once } from 'node:events';
import { createServer } from 'node:net';
import { MockBinding } from '@serialport/binding-mock';
import { expect, onTestFinished, test } from 'vitest';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { limitedChannel } from '../../../rigs/serial/limited-channel.ts';
import { openLine } from '../../../rigs/serial/open-line.ts';
import { openSerialChannel } from '../../../rigs/serial/serial-channel.ts';

test('what the far end of a serial line drives is read, also through the limits of a real port', async () => {
  const path = '/dev/with-lines';
  MockBinding.createPort(path);
  onTestFinished(() => MockBinding.reset());
  const clock = new WallClock();
  const serial = { name: 'a port', path, binding: MockBinding, clock, baudRate: 9600 };
  const channel = limitedChannel(await openSerialChannel(serial), clock);
  // What the mock binding of serialport drives.
  expect(await channel.readLines?.()).toEqual({ cts: true, dsr: false, dcd: false });
  await channel.close();
  expect(await channel.readLines?.()).toBeNull();
});

test('a serial server has no lines to read, which is no error', async () => {
  const server = createServer((socket) => void socket.on('error', () => undefined)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const clock = new WallClock();
  const channel = await openLine('a port', `tcp://127.0.0.1:${port}`, { baudRate: 9600 }, clock);
  expect(await channel.readLines?.()).toBeNull();
  await channel.close();
});
