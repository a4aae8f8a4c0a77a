import { beforeEach, describe, expect, test } from 'vitest';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import {
  BAUD_CODE_9600,
  fastestCommon,
  speedOf,
} from '../../../devices/protocol/c12-18/baud-codes.ts';
import { decodePacket, encodePacket } from '../../../devices/protocol/c12-18/packet.ts';
import { createOpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import type {
  OpticalServer,
  OpticalServerSettings,
} from '../../../devices/protocol/c12-18/server.ts';
import { PASSWORD, recordedHost } from './meter-host.ts';
import type { RecordedHost } from './meter-host.ts';
import { ScriptedClient } from './scripted-client.ts';
import { frameNamed } from './vectors.ts';

const ACK = Uint8Array.of(0x06);
const IDENTIFY = '20';
const LOGON = '50000030303030202020202020';
const SECURITY = `51${toHex(new TextEncoder().encode(PASSWORD)).padEnd(40, '20')}`;

let host: RecordedHost;
let server: OpticalServer;
let client: ScriptedClient;
let speeds: number[];

function serve(settings: Partial<OpticalServerSettings> = {}): void {
  host = recordedHost();
  speeds = [];
  server = createOpticalServer(host, { speedChanged: (speed) => speeds.push(speed), ...settings });
  client = new ScriptedClient(server);
}

/** The answer to a request without any ACK for it. */
function askWithoutAck(request: string): string {
  const [, answer] = server.receive(client.nowNs, client.frame(request));
  return toHex(decodePacket(answer ?? ACK).data);
}

beforeEach(() => serve());

describe('the speeds', () => {
  test('have the codes of the standard', () => {
    const codes = Array.from({ length: 16 }, (_, code) => speedOf(code));
    expect(codes).toEqual([
      undefined,
      300,
      600,
      1200,
      2400,
      4800,
      9600,
      14_400,
      19_200,
      28_800,
      57_600,
      38_400,
      115_200,
      128_000,
      256_000,
      undefined,
    ]);
  });

  const CASES: readonly (readonly [offered: number[], supported: number[], code: number | null])[] =
    [
      [[], [6], null],
      [[6], [6], 6],
      [[8], [6], null],
      [[6, 8], [6], 6],
      [[6, 8, 12], [6, 8, 12], 12],
      [[12, 8, 6], [6, 8, 12], 12],
      // Codes are not in the order of their speeds: 0B is 38,400, 0A is 57,600.
      [[11, 10], [10, 11], 10],
      [[0], [0], null],
      [[15, 255], [15, 255], null],
    ];
  test.each(CASES)('of %j and %j, %j is the fastest that both have', (offered, supported, code) => {
    expect(fastestCommon(offered, supported)).toBe(code);
  });
});

describe('Negotiate', () => {
  const GRANTED: readonly (readonly [string, string, string])[] = [
    ['as recorded of an I-210+c', '6101000106', '0001000106'],
    ['as Termineter asks', '6102000206', '0002000206'],
    ['as Elster asks', '610400ff06', '000400ff06'],
    ['as n0mcli asks', '60200001', '0004000106'],
    ['of more than there is', '62ffffff060c', '000400ff0c'],
    ['of the least', '60001001', '0000100106'],
    ['of less than any service needs', '60000f01', '01'],
    ['of no packet', '60004000', '01'],
    ['of a speed that the meter has not', '6100400208', '0000400206'],
    ['of two speeds', '620040020a0c', '000040020c'],
    ['of 11 codes', '6b004002000102030405060708090a', '0000400206'],
  ];
  test.each(GRANTED)('%s', (_, request, answer) => {
    serve({ baudCodes: [6, 12] });
    client.ask(IDENTIFY);
    expect(client.ask(request)).toBe(answer);
  });

  test('needs a code where it announces one, and takes no more', () => {
    client.ask(IDENTIFY);
    expect(client.ask('61004001')).toBe('01');
    expect(client.ask('6000400106')).toBe('01');
  });

  test('grants sizes that hold only once its answer is acknowledged', () => {
    client.ask(IDENTIFY);
    expect(askWithoutAck('6102000806')).toBe('0002000806');
    // Repeated without having been heard, the answer is the same to the bit.
    const before = server.receive(client.nowNs, fromHex('15'));
    expect(server.wake(server.wakeAtNs())).toEqual(before);
    expect(server.receive(client.nowNs, ACK)).toEqual([]);
    client.ask(LOGON);
    expect(client.ask('300006')).toHaveLength(2 * (230 + 4));
  });

  test('may be followed by a packet of the granted size although its ACK got lost', () => {
    client.ask(IDENTIFY);
    askWithoutAck('6102000806');
    client.ask(LOGON);
    client.ask(SECURITY);
    expect(client.ask(`4000050064${'00'.repeat(100)}00`)).toBe('00');
  });

  test('a packet that is longer than agreed is answered with NAK after the silence behind it', () => {
    client.ask(IDENTIFY);
    client.ask(LOGON);
    const frame = client.frame(`4000050064${'00'.repeat(100)}00`);
    expect(server.receive(client.nowNs, frame)).toEqual([]);
    expect(server.wake(server.wakeAtNs())).toEqual([fromHex('15')]);
    expect(server.state()).toBe('SESSION');
  });

  test('is forgotten with the session', () => {
    client.ask(IDENTIFY);
    client.ask('6102000806');
    client.ask('21');
    client.ask(IDENTIFY);
    client.ask(LOGON);
    expect(client.ask('300006')).toBe('09');
  });

  test('holds after Logoff, and can be asked for anew', () => {
    client.ask(IDENTIFY);
    client.ask('6102000806');
    client.ask(LOGON);
    client.ask('52');
    client.ask(LOGON);
    expect(client.ask('300006').slice(0, 2)).toBe('00');
    client.ask('52');
    expect(client.ask('6000400106')).toBe('01');
    expect(client.ask('60004001')).toBe('0000400106');
    client.ask(LOGON);
    expect(client.ask('300006')).toBe('09');
  });
});

describe('the speed of the port', () => {
  const FAST = '6102000a0c';
  beforeEach(() => {
    serve({ baudCodes: [BAUD_CODE_9600, 12] });
    client.ask(IDENTIFY);
  });

  test('changes with the ACK of the answer, and time-outs follow it', () => {
    expect(askWithoutAck(FAST)).toBe('0002000a0c');
    expect(speeds).toEqual([]);
    server.receive(client.nowNs, ACK);
    expect(speeds).toEqual([115_200]);
    client.ask(LOGON);
    server.receive(client.nowNs, client.frame('300006'));
    const lineNs = ((3 + 230 + 1 + 8) * 10 * NS_PER_S) / 115_200;
    expect(server.wakeAtNs()).toBe(client.nowNs + Math.ceil(lineNs) + 2 * NS_PER_S);
  });

  test('stays when the next request can be read at the old one', () => {
    askWithoutAck(FAST);
    expect(client.ask(LOGON)).toBe('00');
    expect(speeds).toEqual([]);
    // The sizes of the same answer hold all the same.
    expect(client.ask('300006').slice(0, 2)).toBe('00');
  });

  test('is kept by a Negotiate without codes, which tells it', () => {
    client.ask(FAST);
    expect(client.ask('60020002')).toBe('000200020c');
    expect(client.ask('6102000208')).toBe('000200020c');
    expect(speeds).toEqual([115_200]);
  });

  const ENDS: Readonly<Record<string, () => void>> = {
    'Terminate, once its answer is acknowledged': () => {
      const before = speeds.length;
      askWithoutAck('21');
      expect(speeds).toHaveLength(before);
      server.receive(client.nowNs, ACK);
    },
    silence: () => server.wake(server.wakeAtNs()),
    'an answer that nobody acknowledges': () => {
      askWithoutAck('7001');
      for (let time = 0; time < 4; time++) server.wake(server.wakeAtNs());
    },
  };
  test.each(Object.keys(ENDS))('is 9600 again after %s', (name) => {
    client.ask(FAST);
    client.ask(LOGON);
    ENDS[name]?.();
    expect([server.state(), speeds]).toEqual(['BASE', [115_200, 9600]]);
  });

  test('is not told of where it does not change', () => {
    client.ask('6102000a06');
    client.ask('21');
    expect(speeds).toEqual([]);
  });
});

describe('time', () => {
  const TRAFFIC = { 'c12-18': 6, 'c12-21': 30 } as const;
  const RESPONSE = { 'c12-18': 2, 'c12-21': 4 } as const;
  const INTER_CHARACTER = { 'c12-18': 0.5, 'c12-21': 1 } as const;
  describe.each(['c12-18', 'c12-21'] as const)('of %s', (standard) => {
    beforeEach(() => serve({ standard }));

    test('the silence that ends a session', () => {
      client.ask(IDENTIFY);
      expect(server.wakeAtNs()).toBe(client.nowNs + TRAFFIC[standard] * NS_PER_S);
    });
    test('the wait for an ACK', () => {
      server.receive(0, fromHex(frameNamed('identify, toggle 0').hex));
      const lineNs = (13 * 10 * NS_PER_S) / 9600;
      expect(server.wakeAtNs()).toBe(Math.ceil(lineNs) + RESPONSE[standard] * NS_PER_S);
    });
    test('the pause within a packet', () => {
      server.receive(0, fromHex('ee0000'));
      expect(server.wakeAtNs()).toBe(INTER_CHARACTER[standard] * NS_PER_S);
    });
  });

  test('every packet keeps a session alive, a duplicate and a part of a message too', () => {
    serve({ packetSize: 32 });
    client.ask(IDENTIFY);
    client.ask('6100200a06');
    client.ask(LOGON);
    const wait = client.frame('7000');
    server.receive(client.nowNs, wait);
    server.receive(client.nowNs, ACK);
    server.receive(client.nowNs + 5 * NS_PER_S, wait);
    server.receive(client.nowNs + 5 * NS_PER_S, ACK);
    expect(server.wakeAtNs()).toBe(client.nowNs + 11 * NS_PER_S);
    server.receive(client.nowNs + 10 * NS_PER_S, fromHex(FIRST_OF_TWO));
    expect(server.wakeAtNs()).toBe(client.nowNs + 16 * NS_PER_S);
  });

  test('what is no packet does not keep a session alive', () => {
    client.ask(IDENTIFY);
    const dueNs = server.wakeAtNs();
    server.receive(client.nowNs + NS_PER_S, fromHex('5506'));
    server.receive(client.nowNs + NS_PER_S, fromHex('ee0000000001201311'));
    expect(server.wakeAtNs()).toBe(dueNs);
  });

  test('a packet that is arriving is waited for', () => {
    client.ask(IDENTIFY);
    const dueNs = server.wakeAtNs();
    server.receive(dueNs - 1, client.frame(LOGON).subarray(0, 8));
    server.wake(dueNs);
    expect(server.state()).toBe('ID');
    server.wake(dueNs - 1 + NS_PER_S / 2);
    expect(server.state()).toBe('BASE');
  });

  const WAITS = [0, 1, 60, 255];
  test.each(WAITS)('Wait of %s s stretches one silence', (seconds) => {
    client.ask(IDENTIFY);
    expect(client.ask(`70${seconds.toString(16).padStart(2, '0')}`)).toBe('00');
    expect(server.wakeAtNs()).toBe(client.nowNs + (6 + seconds) * NS_PER_S);
    client.ask(LOGON);
    expect(server.wakeAtNs()).toBe(client.nowNs + 6 * NS_PER_S);
  });
});

describe('Timing setup', () => {
  beforeEach(() => {
    serve({ standard: 'c12-21' });
    client.ask(IDENTIFY);
  });

  const CASES: readonly (readonly [asked: string, granted: string])[] = [
    ['711e010403', '001e010403'],
    ['71ffffffff', '00ffffffff'],
    ['7100000000', '0001010100'],
    ['713c020500', '003c020500'],
  ];
  test.each(CASES)('%s is granted as %s', (asked, granted) => {
    expect(client.ask(asked)).toBe(granted);
  });

  test('holds with the ACK of its answer', () => {
    askWithoutAck('713c020500');
    // Sent once, and by the times before: 4 s for an ACK, 3 retries.
    expect(server.wakeAtNs()).toBeLessThan(client.nowNs + 5 * NS_PER_S);
    expect(server.wake(server.wakeAtNs())).toHaveLength(1);
    server.receive(client.nowNs, ACK);
    expect(server.wakeAtNs()).toBe(client.nowNs + 60 * NS_PER_S);
    server.receive(client.nowNs, fromHex('ee0000'));
    expect(server.wakeAtNs()).toBe(client.nowNs + 2 * NS_PER_S);
    server.wake(client.nowNs + 2 * NS_PER_S);
    client.nowNs += 2 * NS_PER_S;
    askWithoutAck('7000');
    expect(server.wakeAtNs()).toBeGreaterThan(client.nowNs + 5 * NS_PER_S);
    server.wake(server.wakeAtNs());
    expect(server.state()).toBe('BASE');
  });

  test('is forgotten with the session', () => {
    client.ask('713c020500');
    client.ask('21');
    client.ask(IDENTIFY);
    expect(server.wakeAtNs()).toBe(client.nowNs + 30 * NS_PER_S);
  });
});

const FIRST_OF_TWO = toHex(
  encodePacket({
    identity: 0,
    multiPacket: true,
    first: true,
    toggle: true,
    dataFormat: 0,
    sequence: 1,
    data: fromHex('40'),
  }),
);
