import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { NS_PER_MS, NS_PER_S } from '../../../devices/domain/time.ts';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { decodePacket, encodePacket } from '../../../devices/protocol/c12-18/packet.ts';
import { createOpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import type { OpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import type { SessionState } from '../../../devices/protocol/c12-18/session.ts';
import { PASSWORD, recordedHost } from './meter-host.ts';
import type { RecordedHost } from './meter-host.ts';
import { ScriptedClient } from './scripted-client.ts';
import { ANSI, frameNamed, tableHex } from './vectors.ts';

const IDENTIFY = '20';
const NEGOTIATE = '6102000206';
const LOGON = '50000030303030202020202020';
const WRONG_PASSWORD = `51${'00'.repeat(20)}`;
const RIGHT_PASSWORD = `51${toHex(new TextEncoder().encode(PASSWORD))}${'20'.repeat(20 - PASSWORD.length)}`;
const LOGOFF = '52';
const TERMINATE = '21';
const ACK = Uint8Array.of(0x06);
const NAK = Uint8Array.of(0x15);

let host: RecordedHost;
let server: OpticalServer;
let client: ScriptedClient;

beforeEach(() => {
  host = recordedHost();
  server = createOpticalServer(host);
  client = new ScriptedClient(server);
});

/** Takes the meter to a state by the services that lead there. */
function to(state: SessionState): void {
  if (state === 'BASE') return;
  client.ask(IDENTIFY);
  client.ask(NEGOTIATE);
  if (state === 'SESSION') client.ask(LOGON);
}

describe('the session', () => {
  test('answers a second Identify with isss and still takes the Logon', () => {
    to('ID');
    expect(client.ask(IDENTIFY)).toBe('0a');
    expect(client.ask(LOGON)).toBe('00');
    expect(client.ask('300003')).toBe('0000050140000000bf');
  });

  test('goes on after a wrong password, without clearance', () => {
    to('SESSION');
    expect(client.ask(WRONG_PASSWORD)).toBe('01');
    expect(client.ask('300005').slice(0, 2)).toBe('00');
    expect(client.ask('300017')).toBe('03');
    expect(client.ask(RIGHT_PASSWORD)).toBe('00');
    expect(client.ask('300047').slice(0, 2)).toBe('00');
  });

  test('forgets the clearance with Logoff', () => {
    to('SESSION');
    client.ask(RIGHT_PASSWORD);
    client.ask(LOGOFF);
    client.ask(LOGON);
    expect(client.ask('300047')).toBe('03');
  });

  test('answers both of two equal Terminates', () => {
    to('SESSION');
    const terminate = client.frame(TERMINATE);
    for (const _ of [1, 2]) {
      const [ack, answer] = server.receive(client.nowNs, terminate);
      expect(ack).toEqual(ACK);
      expect(decodePacket(answer ?? new Uint8Array()).data).toEqual(Uint8Array.of(0));
      server.receive(client.nowNs, ACK);
      expect(server.state()).toBe('BASE');
    }
  });

  test('tells the host who came and how it ended', () => {
    to('SESSION');
    client.ask(TERMINATE);
    expect(host.calls).toEqual(["logon 0 '0000'", 'ended normally']);
  });

  test('refuses a user as the host says', () => {
    to('ID');
    expect(client.ask(`500000${toHex(new TextEncoder().encode('stranger'))}2020`)).toBe('05');
    expect(server.state()).toBe('ID');
  });
});

describe('reading and writing', () => {
  beforeEach(() => to('SESSION'));

  test('every number from 0 to 256 is answered as recorded', () => {
    const map = ANSI.i210c_access_map;
    const answered: Record<string, number[]> = {};
    for (let table = 0; table <= 256; table++) {
      const code = client.ask(`30${table.toString(16).padStart(4, '0')}`).slice(0, 2);
      (answered[code] ??= []).push(table);
    }
    const [ok, isc, dlk] = [map.readable, map.isc03, map.dlk08];
    expect(answered).toMatchObject({ '00': ok, '03': isc, '08': dlk });
    expect(answered['05']).toHaveLength(257 - ok.length - isc.length - dlk.length);
  });

  test('a part is cut out of the table', () => {
    expect(client.ask('3f00050000020003')).toBe('00000330333865');
    expect(client.ask('3f00050000140001')).toBe('04');
    expect(client.ask('3f00050000000000')).toBe('00000000');
  });

  test('elements by index are cut out of the table where the host finds them', () => {
    host.locate = (table, index, elements) => {
      if (index[0] === 9) return 'iar';
      return { offset: (index[0] ?? 0) + (index[1] ?? 0), count: table === 5 ? elements : 100 };
    };
    expect(client.ask('31000500020003')).toBe('00000330333865');
    expect(client.ask('320005000100010003')).toBe('00000330333865');
    expect(client.ask('39000500010001000000000000000000000000000000030000')).toBe('01');
    expect(client.ask('3900050001000100000000000000000000000000000003')).toBe('00000330333865');
    expect(client.ask('31000500090001')).toBe('05');
    expect(client.ask('31000500120003')).toBe('04');
    // Clearance comes first: what stands in a table that may not be read is nobody's business.
    expect(client.ask('31001700020003')).toBe('03');
    client.ask(RIGHT_PASSWORD);
    expect(client.ask('4100050002000130d0')).toBe('00');
    expect(client.ask('4100050002000230339d')).toBe('04');
    expect(client.ask('4100050009000130d0')).toBe('05');
    expect(client.ask('4100010002000130d0')).toBe('05');
    expect(host.calls.slice(1)).toEqual(['write 5 at 2: 1 bytes']);
  });

  test('reads by index and default are not supported', () => {
    expect(client.ask('31000500000001')).toBe('02');
    expect(client.ask('3e')).toBe('02');
  });

  test('a write reaches the host, whole or from an offset', () => {
    client.ask(RIGHT_PASSWORD);
    expect(client.ask('40000500010af6')).toBe('00');
    expect(client.ask('4f000500000200010af6')).toBe('00');
    expect(host.calls).toEqual([
      "logon 0 '0000'",
      'write 5 at null: 1 bytes',
      'write 5 at 2: 1 bytes',
    ]);
  });

  test('a write with a wrong checksum is an error and reaches nobody', () => {
    client.ask(RIGHT_PASSWORD);
    const wrong = ANSI.c1218_negative.find(({ data }) => data !== undefined)?.data ?? '';
    expect(client.ask(wrong)).toBe('01');
    expect(host.calls).toHaveLength(1);
  });

  test('an unknown service is not supported', () => {
    expect(client.ask('23')).toBe('02');
  });
});

describe('packets', () => {
  test('before Negotiate an answer of more than one packet asks to negotiate', () => {
    client.ask(IDENTIFY);
    client.ask(LOGON);
    expect(client.ask('300000')).toBe('09');
    expect(client.ask('300001')).toHaveLength(2 * 36);
  });

  test('the answer of two packets is that of the vectors, but for its toggle', () => {
    client.ask(IDENTIFY);
    client.ask('6100400206');
    client.ask(LOGON);
    client.frames.length = 0;
    const hex = tableHex(0);
    expect(client.ask('300000')).toBe(`00005e${hex}9e`);
    const [first, second] = client.frames.map((frame) => decodePacket(fromHex(frame)));
    expect(first).toMatchObject({ multiPacket: true, first: true, sequence: 1 });
    expect(second).toMatchObject({ multiPacket: true, first: false, sequence: 0 });
    expect(second?.toggle).toBe(!first?.toggle);
  });

  test('Negotiate grants no more than was asked for and no more than there is', () => {
    client.ask(IDENTIFY);
    expect(client.ask('6101000106')).toBe('0001000106');
    expect(client.ask('60200001')).toBe('0004000106');
    expect(client.ask('6200400a0a06')).toBe('0000400a06');
    expect(client.ask('6100080106')).toBe('01');
    expect(client.ask('6101000006')).toBe('01');
  });

  test('a request of several packets is put together', () => {
    to('SESSION');
    client.ask(RIGHT_PASSWORD);
    const request = fromHex(`400005003c${'00'.repeat(60)}00`);
    const parts = [
      { first: true, sequence: 1, toggle: true, data: request.slice(0, 40) },
      { first: false, sequence: 0, toggle: false, data: request.slice(40) },
    ].map((part) => encodePacket({ identity: 0, multiPacket: true, dataFormat: 0, ...part }));
    expect(server.receive(0, parts[0] ?? NAK)).toEqual([ACK]);
    const [ack, answer] = server.receive(0, parts[1] ?? NAK);
    expect(ack).toEqual(ACK);
    expect(toHex(decodePacket(answer ?? NAK).data)).toBe('00');
    expect(host.calls).toContain('write 5 at null: 60 bytes');
  });

  test('a bad CRC is answered with NAK, and the good packet after it with its answer', () => {
    const bad = fromHex(ANSI.c1218_negative[0]?.hex ?? '');
    expect(server.receive(0, bad)).toEqual([NAK]);
    expect(client.ask(IDENTIFY)).toBe('0000010000');
  });

  test('the service of a duplicate does not run again', () => {
    to('SESSION');
    client.ask(RIGHT_PASSWORD);
    const write = client.frame('40000500010af6');
    const [, answer] = server.receive(0, write);
    expect(server.receive(1, write)).toEqual([ACK, answer]);
    server.receive(2, ACK);
    // Whoever asks again did not get the answer, whatever he acknowledged.
    expect(server.receive(3, write)).toEqual([ACK, answer]);
    expect(host.calls.filter((call) => call.startsWith('write'))).toHaveLength(1);
  });

  test('an Identify is never a duplicate, but is answered again while its answer is under way', () => {
    const identify = fromHex(frameNamed('identify, toggle 0').hex);
    const [ack, answer] = server.receive(0, identify);
    expect(server.receive(1, identify)).toEqual([ack, answer]);
    server.receive(2, ACK);
    const [, second] = server.receive(3, identify);
    expect(toHex(decodePacket(second ?? NAK).data)).toBe('0a');
  });

  test('a client that starts anew with the same bytes is heard', () => {
    const identify = fromHex(frameNamed('identify, toggle 0').hex);
    for (const run of [0, 1]) {
      const atNs = run * 10 * NS_PER_S;
      server.wake(atNs);
      const [, answer] = server.receive(atNs, identify);
      expect(toHex(decodePacket(answer ?? NAK).data)).toBe('0000010000');
      server.receive(atNs, ACK);
    }
  });
});

describe('time', () => {
  const identify = fromHex(frameNamed('identify, toggle 0').hex);

  test('an answer without ACK is repeated three times with the same bytes, then given up', () => {
    const [, answer] = server.receive(0, identify);
    for (let repeat = 0; repeat < 3; repeat++) {
      const dueNs = server.wakeAtNs();
      expect(server.wake(dueNs - 1)).toEqual([]);
      expect(server.wake(dueNs)).toEqual([answer]);
    }
    expect(server.state()).toBe('ID');
    expect(server.wake(server.wakeAtNs())).toEqual([]);
    expect([server.state(), server.wakeAtNs()]).toEqual(['BASE', Infinity]);
  });

  test('a NAK brings the same bytes at once', () => {
    const [, answer] = server.receive(0, identify);
    expect(server.receive(5, NAK)).toEqual([answer]);
    expect(server.receive(6, ACK)).toEqual([]);
    expect(server.receive(7, NAK)).toEqual([]);
  });

  test('the ACK of a long answer may take as long as its bytes on the line', () => {
    to('SESSION');
    server.receive(client.nowNs, client.frame('300006'));
    const bytes = 3 + 230 + 1 + 8;
    const lineNs = (bytes * 10 * NS_PER_S) / 9600;
    expect(server.wakeAtNs()).toBe(Math.ceil(client.nowNs + lineNs + 2 * NS_PER_S));
  });

  test('six seconds of silence end the session', () => {
    to('SESSION');
    const dueNs = client.nowNs + 6 * NS_PER_S;
    expect(server.wakeAtNs()).toBe(dueNs);
    server.wake(dueNs - 1);
    expect(server.state()).toBe('SESSION');
    server.wake(dueNs);
    expect([server.state(), server.wakeAtNs()]).toEqual(['BASE', Infinity]);
    expect(host.calls).toContain('ended abnormally');
  });

  test('Wait stretches the next silence, and only that', () => {
    to('ID');
    expect(client.ask('7078')).toBe('00');
    expect(server.wakeAtNs()).toBe(client.nowNs + 126 * NS_PER_S);
    client.ask(LOGON);
    expect(server.wakeAtNs()).toBe(client.nowNs + 6 * NS_PER_S);
  });

  test('a session that was left is over for whoever speaks next', () => {
    to('SESSION');
    client.nowNs += 7 * NS_PER_S;
    expect(client.ask('300001')).toBe('0a');
    expect(server.state()).toBe('BASE');
  });
});

test('random traffic never throws and never wakes in the past', () => {
  const frames = fc.constantFrom(...ANSI.c1218_frames.map(({ hex }) => fromHex(hex)), ACK, NAK);
  const traffic = fc.array(
    fc.tuple(fc.oneof(frames, fc.uint8Array({ maxLength: 30 })), fc.nat(3_000)),
  );
  fc.assert(
    fc.property(traffic, (chunks) => {
      const one = createOpticalServer(recordedHost());
      let nowNs = 0;
      for (const [bytes, pauseMs] of chunks) {
        one.receive(nowNs, bytes);
        expect(one.wakeAtNs()).toBeGreaterThan(nowNs);
        nowNs += pauseMs * NS_PER_MS;
        one.wake(nowNs);
        expect(one.wakeAtNs()).toBeGreaterThan(nowNs);
      }
    }),
    { seed: 10, numRuns: 500 },
  );
});
