import { describe, expect, test } from 'vitest';
import { NS_PER_MS } from '../../../../devices/domain/time.ts';
import { fromHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  ModeEClient,
  type ModeEEvent,
  ModeEServer,
  type ModeEServerSettings,
} from '../../../../devices/protocol/hdlc/mode-e.ts';

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function plain(events: readonly ModeEEvent[]): (ModeEEvent | string)[] {
  return events.map((event) =>
    event.kind === 'send' ? String.fromCharCode(...event.bytes.map((byte) => byte & 0x7f)) : event,
  );
}

/** Carries what each says to the other until the client has come to an end. */
function signOn(settings: Partial<ModeEServerSettings>, deviceAddress = '') {
  const client = new ModeEClient({ deviceAddress });
  const server = new ModeEServer(settings);
  const serverEvents: ModeEEvent[] = [];
  let nowNs = 0;
  let events = client.start(nowNs);
  for (;;) {
    const end = events.find(({ kind }) => kind !== 'send');
    if (end !== undefined) return { end, serverEvents };
    const replies = events.flatMap((event) =>
      event.kind === 'send' ? server.receive(nowNs, event.bytes) : [],
    );
    serverEvents.push(...replies);
    nowNs += NS_PER_MS;
    events = replies.flatMap((reply) =>
      reply.kind === 'send' ? client.receive(nowNs, reply.bytes) : [],
    );
    if (replies.length > 0) continue;
    nowNs = client.wakeAtNs();
    events = client.wake(nowNs);
  }
}

describe('both ends', () => {
  test.each([true, false])('go on at the speed of the meter (it confirms: %s)', (confirms) => {
    const { end, serverEvents } = signOn({ baudCharacter: '4', confirms });
    expect(end).toEqual({ kind: 'signed-on', bitsPerSecond: 4800 });
    expect(serverEvents.at(-1)).toEqual(end);
  });

  test('a device that is called by its address answers, and no other', () => {
    expect(signOn({ deviceAddress: '123' }, '123').end).toMatchObject({ kind: 'signed-on' });
    expect(signOn({ deviceAddress: '124' }, '123').end).toEqual({
      kind: 'refused',
      reason: 'nobody identified himself',
      came: '',
    });
  });

  test('a meter that refuses reads itself out, and that is what came', () => {
    const { end } = signOn({ refuses: true, readout: '1.8.0(000123.4*kWh)\r\n' });
    expect(end).toEqual({
      kind: 'refused',
      reason: 'the meter reads itself out',
      came: '\u00021.8.0(000123.4*kWh)\r\n!\r\n\u0003~',
    });
  });
});

describe('a reader', () => {
  test('asks with even parity in the eighth bit', () => {
    expect(new ModeEClient().start(0)).toEqual([{ kind: 'send', bytes: fromHex('af3f218d0a') }]);
  });

  test('agrees to what the meter offers, whatever stands before it', () => {
    const client = new ModeEClient();
    client.start(0);
    const came = ascii('\u0000/?!\r\n/APA5\\2NORAX30\r\n');
    expect(plain(client.receive(1, came))).toEqual(['\u0006252\r\n']);
    expect(client.wake(client.wakeAtNs())).toEqual([{ kind: 'signed-on', bitsPerSecond: 9600 }]);
    expect(client.wakeAtNs()).toBe(Infinity);
  });

  test.each([
    ['/LGZ5ZMD3104407.B32\r\n', '"/LGZ5ZMD3104407.B32" does not offer HDLC'],
    ['/LGZA\\2ZMD\r\n', '"/LGZA\\\\2ZMD" tells no speed that is known'],
  ])('is refused by %j', (identification, reason) => {
    const client = new ModeEClient();
    client.start(0);
    const came = identification;
    expect(client.receive(1, ascii(identification))).toEqual([{ kind: 'refused', reason, came }]);
  });

  test('tells what came of a readout that never ends', () => {
    const client = new ModeEClient();
    client.start(0);
    client.receive(1, ascii('/LGZ5\\2ZMD\r\n'));
    expect(client.receive(2, ascii('\u00021.8.0(1)'))).toEqual([]);
    expect(client.wake(client.wakeAtNs())).toEqual([
      { kind: 'refused', reason: 'the meter reads itself out', came: '\u00021.8.0(1)' },
    ]);
  });

  test('hears nothing before it has asked', () => {
    expect(new ModeEClient().receive(0, ascii('/LGZ5\\2ZMD\r\n'))).toEqual([]);
  });
});

describe('a meter', () => {
  const identification = '/MBN5\\2METERBENCH\r\n';

  test('reads itself out when nobody agrees in time', () => {
    const server = new ModeEServer({ readout: 'F.F(00)\r\n' });
    expect(plain(server.receive(0, ascii('/?!\r\n')))).toEqual([identification]);
    expect(server.wake(server.wakeAtNs() - 1)).toEqual([]);
    expect(plain(server.wake(server.wakeAtNs()))[0]).toContain('\u0002F.F(00)\r\n!\r\n\u0003');
    expect(server.wakeAtNs()).toBe(Infinity);
  });

  test.each(['\u0006050\r\n', '\u0006292\r\n'])('reads itself out to who says %j', (agreement) => {
    const server = new ModeEServer();
    server.receive(0, ascii('/?!\r\n'));
    const [said] = plain(server.receive(1, ascii(agreement)));
    expect(said).toContain('\u0002!\r\n\u0003');
  });

  test('answers without parity who asks without', () => {
    const server = new ModeEServer();
    expect(server.receive(0, ascii('/?!\r\n'))).toEqual([
      { kind: 'send', bytes: ascii(identification) },
    ]);
  });
});
