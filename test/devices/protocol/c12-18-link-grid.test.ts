import { describe, expect, test } from 'vitest';
import { NS_PER_MS } from '../../../devices/domain/time.ts';
import { crc16X25 } from '../../../devices/protocol/bytes/crc16.ts';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { PACKET_DEFAULTS } from '../../../devices/protocol/c12-18/link-settings.ts';
import { OpticalLink } from '../../../devices/protocol/c12-18/link.ts';
import type { LinkEvent, LinkRole } from '../../../devices/protocol/c12-18/link.ts';
import { decodePacket, encodePacket } from '../../../devices/protocol/c12-18/packet.ts';
import type { Packet } from '../../../devices/protocol/c12-18/packet.ts';

/** Two data bytes a packet, so that three bytes make two packets. */
const PACKET_SIZE = 10;
const ACK = fromHex('06');
const AT_NS = 100 * NS_PER_MS;

const REQUEST = packet({ data: fromHex('30') });
const FIRST_OF_TWO = packet({
  data: fromHex('4001'),
  multiPacket: true,
  first: true,
  sequence: 1,
  toggle: true,
});
const SPOILT = REQUEST.with(6, 0x31);

/** What a link was doing when something happened to it. */
const STATES = {
  'nothing came yet': () => [],
  'the answer is acknowledged': (link) => [
    link.receive(0, REQUEST),
    link.send(0, fromHex('00')),
    link.receive(0, ACK),
  ],
  'the answer waits for its ACK': (link) => [link.receive(0, REQUEST), link.send(0, fromHex('00'))],
  'the second of two packets waits for its ACK': (link) => [
    link.receive(0, REQUEST),
    link.send(0, fromHex('000102')),
    link.receive(0, ACK),
  ],
  'the second packet of a message is to come': (link) => [
    link.receive(0, REQUEST),
    link.send(0, fromHex('00')),
    link.receive(0, ACK),
    link.receive(0, FIRST_OF_TWO),
  ],
} as const satisfies Record<string, (link: OpticalLink) => unknown>;

/** What may happen. */
const EVENTS = {
  'an ACK': (link) => link.receive(AT_NS, ACK),
  'a NAK': (link) => link.receive(AT_NS, fromHex('15')),
  noise: (link) => link.receive(AT_NS, fromHex('5500ff')),
  'a new packet': (link) => link.receive(AT_NS, packet({ data: fromHex('52') })),
  'the last request again': (link) => link.receive(AT_NS, REQUEST),
  Identify: (link) => link.receive(AT_NS, packet({ data: fromHex('20'), toggle: true })),
  'a spoilt packet': (link) => link.receive(AT_NS, SPOILT),
  'a header that ends': (link) => cut(link, 4),
  'a packet that ends': (link) => cut(link, 7),
  'a packet that is too long': (link) => cut(link, 6, packet({ data: fromHex('010203') })),
  'a first packet': (link) => link.receive(AT_NS, FIRST_OF_TWO),
  'the last packet of two': (link) =>
    link.receive(AT_NS, packet({ data: fromHex('00'), multiPacket: true })),
  'a packet number that is not next': (link) =>
    link.receive(AT_NS, packet({ data: fromHex('00'), multiPacket: true, sequence: 5 })),
  silence: (link) => link.wake(3_000 * NS_PER_MS),
} as const satisfies Record<string, (link: OpticalLink) => LinkEvent[]>;

type Row = Readonly<Record<keyof typeof STATES, string>>;
const NEW = 'ACK heard message 52';
const IDENTIFY = 'ACK heard message 20';
const ANSWER = 'send 0.0 00';
const SECOND = 'send 1.0 02';

/** Row by row what the link of a server does; `send` tells toggle, packets to come, and data. */
const GRID: Readonly<Record<keyof typeof EVENTS, Row>> = {
  'an ACK': row('-', '-', 'delivered by ack', 'delivered by ack', '-'),
  'a NAK': row('-', '-', ANSWER, SECOND, '-'),
  noise: row('-', '-', '-', '-', '-'),
  'a new packet': row(
    NEW,
    NEW,
    `ACK heard delivered by packet message 52`,
    `ACK heard delivered by packet message 52`,
    NEW,
  ),
  'the last request again': row(
    'ACK heard message 30',
    `ACK heard ${ANSWER}`,
    `ACK heard ${ANSWER}`,
    `ACK heard ${SECOND}`,
    'ACK heard message 30',
  ),
  Identify: row(
    IDENTIFY,
    IDENTIFY,
    'ACK heard delivered by packet message 20',
    'ACK heard delivered by packet message 20',
    IDENTIFY,
  ),
  'a spoilt packet': all('bad NAK'),
  'a header that ends': all('bad'),
  'a packet that ends': all('bad NAK'),
  'a packet that is too long': all('bad NAK'),
  'a first packet': row(
    'ACK heard',
    'ACK heard',
    'ACK heard delivered by packet',
    'ACK heard delivered by packet',
    'ACK heard',
  ),
  'the last packet of two': row(
    'ACK heard bad',
    'ACK heard bad',
    'ACK heard delivered by packet bad',
    'ACK heard delivered by packet bad',
    'ACK heard message 400100',
  ),
  'a packet number that is not next': row(
    'ACK heard bad',
    'ACK heard bad',
    'ACK heard delivered by packet bad',
    'ACK heard delivered by packet bad',
    'ACK heard bad',
  ),
  silence: row('-', '-', ANSWER, SECOND, '-'),
};

/** A client never sends its request again because an answer came again. */
const OF_CLIENT: Readonly<Partial<Record<keyof typeof EVENTS, Row>>> = {
  'the last request again': row(
    'ACK heard message 30',
    'ACK heard',
    'ACK heard',
    'ACK heard',
    'ACK heard message 30',
  ),
};

const CELLS = (['server', 'client'] as const).flatMap((role) =>
  keysOf(STATES).flatMap((state) =>
    keysOf(EVENTS).map((event) => {
      const expected = (role === 'client' ? OF_CLIENT[event] : undefined) ?? GRID[event];
      return { role, state, event, does: expected[state] };
    }),
  ),
);

describe('the link', () => {
  test.each(CELLS)(
    'of a $role, where $state: on $event does $does',
    ({ role, state, event, does }) => {
      const link = linkOf(role);
      STATES[state](link);
      expect(told(EVENTS[event](link))).toBe(does);
    },
  );

  test.each(CELLS)(
    'of a $role, where $state: hears what comes after $event',
    ({ role, state, event }) => {
      const link = linkOf(role);
      STATES[state](link);
      EVENTS[event](link);
      const next = link.receive(4_000 * NS_PER_MS, packet({ data: fromHex('70'), toggle: true }));
      expect(told(next)).toContain('ACK heard');
      expect(next.at(-1)).toMatchObject({ kind: 'message', data: fromHex('70') });
    },
  );
});

describe('retries', () => {
  for (const retries of [0, 1, 3]) {
    test(`${retries}: the same bytes go out ${retries + 1} times, then the message is given up`, () => {
      const link = linkOf('server', { retries });
      const sent = told(link.send(0, fromHex('00')));
      for (let retry = 0; retry < retries; retry++)
        expect(told(link.wake(link.wakeAtNs()))).toBe(sent);
      expect(told(link.wake(link.wakeAtNs()))).toBe('gave up');
      expect([link.awaitingAck, link.wakeAtNs()]).toEqual([false, Infinity]);
    });
  }

  test('count from packet to packet anew', () => {
    const link = linkOf('server', { retries: 1 });
    link.send(0, fromHex('000102'));
    link.wake(link.wakeAtNs());
    expect(told(link.receive(0, ACK))).toBe(SECOND);
    expect(told(link.wake(link.wakeAtNs()))).toBe(SECOND);
    expect(told(link.wake(link.wakeAtNs()))).toBe('gave up');
  });

  test('an answer of two packets that is asked for again goes out whole, with the same toggles', () => {
    const link = linkOf('server');
    link.receive(0, REQUEST);
    const first = told(link.send(0, fromHex('000102')));
    const second = told(link.receive(0, ACK));
    expect(told(link.receive(0, ACK))).toBe('delivered by ack');
    expect(told(link.receive(1, REQUEST))).toBe(`ACK heard ${first}`);
    expect(told(link.receive(1, ACK))).toBe(second);
    expect(told(link.receive(1, ACK))).toBe('delivered by ack');
    expect(told(link.send(2, fromHex('00')))).toBe('send 0.0 00');
  });
});

describe('toggles', () => {
  test('of a message that was given up midway are not used again', () => {
    const link = linkOf('server');
    expect(told(link.send(0, fromHex('000102')))).toBe('send 0.1 0001');
    // The second packet, toggle 1, never left: this is the next one that does.
    expect(told(link.send(1, fromHex('03')))).toBe('send 1.0 03');
  });

  test('go on over another packet size, and a packet on its way keeps its bytes', () => {
    const link = linkOf('server');
    const sent = told(link.send(0, fromHex('0102')));
    link.packetSize = 12;
    expect(told(link.wake(link.wakeAtNs()))).toBe(sent);
    link.receive(0, ACK);
    expect(told(link.send(0, fromHex('01020304')))).toBe('send 1.0 01020304');
  });
});

describe('the packet', () => {
  const RESERVED = [0x04, 0x08, 0x10, 0x1c];
  test.each(RESERVED)('is read whatever its reserved bits say: %s', (bits) => {
    const raw = Uint8Array.from(REQUEST);
    raw[2] = bits;
    const link = linkOf('server');
    expect(told(link.receive(0, withCrc(raw)))).toBe('ACK heard message 30');
  });

  test('carries the number of the device on a line of several, and others are not heard', () => {
    const link = linkOf('server', { deviceNumber: 7 });
    for (const identity of [0, 6, 8, 255]) {
      expect(told(link.receive(0, packet({ data: fromHex('30'), identity })))).toBe('-');
      const spoilt = packet({ data: fromHex('30'), identity }).with(6, 0x31);
      expect(told(link.receive(0, spoilt))).toBe('bad');
    }
    const own = packet({ data: fromHex('30'), identity: 7 });
    expect(told(link.receive(0, own))).toBe('ACK heard message 30');
    expect(link.send(0, fromHex('00'))).toMatchObject([{ bytes: { 1: 7 } }]);
    expect(told(link.receive(0, own.with(6, 0x31)))).toBe('bad NAK');
  });
});

function linkOf(
  role: LinkRole,
  settings: Partial<(typeof PACKET_DEFAULTS)['c12-18']> = {},
): OpticalLink {
  const link = new OpticalLink(role, { ...PACKET_DEFAULTS['c12-18'], ...settings });
  link.packetSize = PACKET_SIZE;
  return link;
}

/** Bytes that stop coming, and the silence after them. */
function cut(
  link: OpticalLink,
  length: number,
  whole = packet({ data: fromHex('52') }),
): LinkEvent[] {
  const events = link.receive(AT_NS, whole.subarray(0, length));
  return [...events, ...link.wake(AT_NS + 500 * NS_PER_MS)];
}

function told(events: readonly LinkEvent[]): string {
  return events.length === 0 ? '-' : events.map((event) => word(event)).join(' ');
}

function word(event: LinkEvent): string {
  switch (event.kind) {
    case 'send': {
      if (event.bytes.length === 1) return event.bytes[0] === 0x06 ? 'ACK' : 'NAK';
      const { toggle, sequence, data } = decodePacket(event.bytes);
      return `send ${toggle ? 1 : 0}.${sequence} ${toHex(data)}`;
    }
    case 'heard':
      return 'heard';
    case 'message':
      return `message ${toHex(event.data)}`;
    case 'delivered':
      return `delivered by ${event.by}`;
    case 'gave-up':
      return 'gave up';
    case 'bad-packet':
      return 'bad';
  }
}

function packet(fields: Partial<Packet>): Uint8Array {
  return encodePacket({
    identity: 0,
    multiPacket: false,
    first: false,
    toggle: false,
    dataFormat: 0,
    sequence: 0,
    data: new Uint8Array(),
    ...fields,
  });
}

function withCrc(bytes: Uint8Array): Uint8Array {
  const crc = crc16X25(bytes.subarray(0, -2));
  return Uint8Array.of(...bytes.subarray(0, -2), crc & 0xff, crc >> 8);
}

function row(...cells: readonly [string, string, string, string, string]): Row {
  return Object.fromEntries(keysOf(STATES).map((state, at) => [state, cells[at]])) as Row;
}

function all(cell: string): Row {
  return row(cell, cell, cell, cell, cell);
}

function keysOf<T extends object>(record: T): (keyof T)[] {
  return Object.keys(record) as (keyof T)[];
}
