import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { decodePacket } from '../../../devices/protocol/c12-18/packet.ts';
import { createOpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import type { OpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import { psemChecksum } from '../../../devices/protocol/psem/checksum.ts';
import { recordedHost } from './meter-host.ts';
import type { RecordedHost } from './meter-host.ts';
import { frameNamed, tableHex } from './vectors.ts';

const ACK = Uint8Array.of(0x06);
/** Two blocks of 977 bytes, as the load profile that n0mcli reads. */
const ST64 = Uint8Array.from({ length: 2 * 977 }, (_, at) => (at * 7) % 251);

/** A frame of the client, by its name in the vectors, and what the meter answers to it. */
type Step = readonly [frame: string, answer: string];

const IDENTITY = '0000010000';
const OK = '00';

interface Conversation {
  readonly client: string;
  /** All that the client may do is done; a wrong password is the I-210+c's alone. */
  readonly knowsPassword: boolean;
  readonly steps: readonly Step[];
  readonly calls: readonly string[];
}

/** What each client says, in the order in which it was seen to say it. */
const CONVERSATIONS: readonly Conversation[] = [
  {
    client: 'the tool that recorded the GE meter',
    knowsPassword: false,
    steps: [
      ['identify, toggle 1', IDENTITY],
      ['negotiate 256x1 at 9600 (1 baud code), toggle 0', '0001000106'],
      ['logon user id 0, toggle 1', OK],
      ['security, 20 x 00', '01'],
      ['security, 20 x 01', '01'],
      ['full read table 0', table(0)],
      ['full read table 1', table(1)],
      ['full read table 2', table(2)],
      ['full read table 3', table(3)],
      ['full read table 5', table(5)],
      ['full read table 6', table(6)],
      ['full read table 7', '05'],
      ['full read table 8', '03'],
      ['full read table 52', table(52)],
      ['terminate, toggle 0', OK],
    ],
    calls: ["logon 0 '0000'", 'ended normally'],
  },
  {
    client: 'Termineter',
    knowsPassword: true,
    steps: [
      ['identify, toggle 0', IDENTITY],
      ['negotiate 512x2 9600 (Termineter)', '0002000206'],
      ['logon user id 0, user "0000", toggle 0', OK],
      ['security, 20 x 00', OK],
      ['full read table 0', table(0)],
      ['full read table 1', table(1)],
      ['write table 7: std procedure 9 (remote reset), seq 0x74, param 01 (demand reset)', OK],
      ['full read table 8', whole(fromHex('09007400cafe'))],
      ['read table 74', table(74)],
      ['read table 71', table(71)],
      ['terminate, toggle 0', OK],
    ],
    calls: ["logon 0 '0000'", 'write 7 at null: 4 bytes', 'ended normally'],
  },
  {
    client: 'Elster’s reader',
    knowsPassword: true,
    steps: [
      ['identify, toggle 0', IDENTITY],
      ['negotiate 1024x255 9600 (Elster)', '000400ff06'],
      ['logon id 0, user ten NUL (Elster default)', OK],
      ['security, 20 x "0" (Elster)', OK],
      ['full read table 1', table(1)],
      ['logoff, toggle 1', OK],
      ['terminate, toggle 0', OK],
      // It was seen to send the same Terminate twice.
      ['terminate, toggle 0', OK],
    ],
    calls: ["logon 0 ''", 'ended normally'],
  },
  {
    client: 'n0mcli',
    knowsPassword: true,
    steps: [
      ['identify, toggle 0', IDENTITY],
      ['negotiate without baud 8192x1 (n0mcli)', '0004000106'],
      ['wait 120 s, toggle 0', OK],
      ['logon id 1 "netzero   " (n0mcli)', OK],
      ['security, 20 x a6 (n0mcli)', OK],
      ['wait 120 s, toggle 1', OK],
      ['write table 7: mfg procedure 84, seq 00, no params', OK],
      ['full read table 0', table(0)],
      ['full read table 3', table(3)],
      ['offset read table 64, offset 0, count 977', whole(ST64.subarray(0, 977))],
      ['offset read table 64, offset 977, count 977', whole(ST64.subarray(977))],
      ['logoff, toggle 0', OK],
      ['terminate, toggle 1', OK],
    ],
    calls: ["logon 1 'netzero'", 'write 7 at null: 3 bytes', 'ended normally'],
  },
];

describe.each(CONVERSATIONS)('$client', ({ steps, calls, knowsPassword }) => {
  test('is served', () => {
    const { host, server } = meter(knowsPassword);
    expect(steps.map(([name]) => [name, said(server, frameFor(name))])).toEqual(steps);
    expect([server.state(), host.calls]).toEqual(['BASE', calls]);
  });

  test('is served again at once, with the same bytes', () => {
    const { server } = meter(knowsPassword);
    for (const _ of [1, 2]) {
      expect(steps.map(([name]) => [name, said(server, frameFor(name))])).toEqual(steps);
    }
  });

  test('is served although it hears nothing of the first answer to each request', () => {
    const { host, server } = meter(knowsPassword);
    const heard = steps.map(([name]) => {
      const [ack, lost] = server.receive(0, frameFor(name));
      const [again, answer] = server.receive(1, frameFor(name));
      expect([again, answer]).toEqual([ack, lost]);
      return [name, joined(server, answer)];
    });
    expect(heard).toEqual(steps);
    expect(host.calls).toEqual(calls);
  });

  test('is served however its bytes come in', () => {
    const { server } = meter(knowsPassword);
    const heard = steps.map(([name]) => {
      const out = [...frameFor(name)].flatMap((byte) => server.receive(0, Uint8Array.of(byte)));
      return [name, joined(server, out[1])];
    });
    expect(heard).toEqual(steps);
  });
});

test('control: a wrong CRC in a client’s packet is not served', () => {
  const { server } = meter(true);
  const frame = frameFor('identify, toggle 0');
  expect(server.receive(0, frame.with(7, 0))).toEqual([fromHex('15')]);
  expect(server.state()).toBe('BASE');
});

function meter(knowsPassword: boolean): { host: RecordedHost; server: OpticalServer } {
  const host = recordedHost();
  if (knowsPassword) host.security = () => true;
  host.access = knowsPassword ? (number) => (number === 20 ? 'iar' : 'ok') : host.access;
  host.tables.set(64, ST64);
  return { host, server: createOpticalServer(host) };
}

/** Says a frame and acknowledges the answer. */
function said(server: OpticalServer, frame: Uint8Array): string {
  const [ack, answer] = server.receive(0, frame);
  expect(ack).toEqual(ACK);
  return joined(server, answer);
}

function joined(server: OpticalServer, first: Uint8Array | undefined): string {
  let [packet]: (Uint8Array | undefined)[] = [first];
  let answer = '';
  while (packet !== undefined) {
    answer += toHex(decodePacket(packet).data);
    [packet] = server.receive(0, ACK);
  }
  return answer;
}

function frameFor(name: string): Uint8Array {
  return fromHex(frameNamed(name).hex);
}

function table(number: number): string {
  return whole(fromHex(tableHex(number)));
}

function whole(bytes: Uint8Array): string {
  const count = bytes.length.toString(16).padStart(4, '0');
  return `00${count}${toHex(bytes)}${toHex(Uint8Array.of(psemChecksum(bytes)))}`;
}
