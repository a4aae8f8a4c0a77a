import { afterEach, expect, test } from 'vitest';
import type { ByteChannel } from '../../../rigs/port/channel.ts';
import { numato } from '../../../rigs/isolation/numato.ts';
import { numatoIndex } from '../../../rigs/isolation/numato-index.ts';
import { type FarEnd, farEnd } from '../driver/far-end.ts';

const ends: FarEnd<'isolation-switch'>[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end.close();
});

test('a relay is named by one character, past 9 by a letter, past F on 32 channels', () => {
  expect([0, 9, 10, 15, 16, 31].map(numatoIndex)).toEqual(['0', '9', 'A', 'F', 'G', 'V']);
});

test('says who it is', async () => {
  const end = await farEnd(numato, { relay: 0 }, 'simulated');
  ends.push(end);
  expect(await end.instrument.identify()).toEqual({
    make: 'Numato',
    model: '',
    serial: '00000000',
    firmware: '00000008',
  });
});

/** A line on which each command is answered by the given text. */
function answering(text: string, sent: string[] = []): Promise<ByteChannel> {
  let listener: Parameters<ByteChannel['listen']>[0] = null;
  return Promise.resolve({
    name: 'isolation-switch',
    write: (bytes) => {
      sent.push(Buffer.from(bytes).toString('latin1'));
      listener?.(Buffer.from(text, 'latin1'), 0);
      return Promise.resolve();
    },
    listen: (next) => {
      listener = next;
    },
    onLost: () => undefined,
    setBaudRate: () => Promise.resolve(),
    setLines: () => Promise.resolve(false),
    close: () => Promise.resolve(),
  });
}

test.each([
  ['relay read A\n\roff\n\r>', 'open'],
  ['relay read A\n\ron\n\r>', 'closed'],
])('the documented bytes %j mean %s', async (text, state) => {
  const sent: string[] = [];
  const context = { openLine: () => answering(text, sent) };
  const end = await farEnd(numato, { relay: 10 }, 'simulated', { context });
  ends.push(end);
  expect(await end.instrument.readBack()).toBe(state);
  expect(sent).toEqual(['relay read A\r']);
});

test.each([
  ['of another command', 'relay read B\n\ron\n\r>', 'got "relay read B\\n\\ron\\n\\r>"'],
  ['without its echo', 'on\n\r>', 'got "on\\n\\r>"'],
  ['that is neither', 'relay read A\n\rmaybe\n\r>', '"maybe", which is neither on nor off'],
])('an answer %s is not believed', async (_what, text, message) => {
  const context = { openLine: () => answering(text) };
  const end = await farEnd(numato, { relay: 10 }, 'simulated', { context });
  ends.push(end);
  await expect(end.instrument.readBack()).rejects.toThrow(message);
});
