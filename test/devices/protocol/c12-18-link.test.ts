import { beforeEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { PACKET_DEFAULTS } from '../../../devices/protocol/c12-18/link-settings.ts';
import { OpticalLink } from '../../../devices/protocol/c12-18/link.ts';
import type { LinkEvent } from '../../../devices/protocol/c12-18/link.ts';
import { decodePacket, encodePacket } from '../../../devices/protocol/c12-18/packet.ts';
import type { Packet } from '../../../devices/protocol/c12-18/packet.ts';

const ACK = fromHex('06');
const ACKED = { kind: 'send', bytes: ACK } as const;
const HEARD = { kind: 'heard' } as const;

let link: OpticalLink;
beforeEach(() => {
  link = new OpticalLink('server', PACKET_DEFAULTS['c12-18']);
});

test('the toggle goes on flipping from message to message, whatever the number of packets', () => {
  link.packetSize = 16;
  const toggles: boolean[] = [];
  for (const length of [8, 16, 24, 1]) {
    let events = link.send(0, new Uint8Array(length));
    for (let sent = packetIn(events); sent !== undefined; sent = packetIn(events)) {
      toggles.push(sent.toggle);
      events = link.receive(0, ACK);
    }
  }
  expect(toggles).toEqual([false, true, false, true, false, true, false]);
});

test('a new packet proves that the message before it was heard, and stops its repetition', () => {
  link.send(0, fromHex('00'));
  const events = link.receive(5, packet({ data: fromHex('21') }));
  expect(events).toEqual([
    ACKED,
    HEARD,
    { kind: 'delivered', by: 'packet' },
    { kind: 'message', data: fromHex('21'), dataFormat: 0 },
  ]);
  expect([link.awaitingAck, link.wakeAtNs()]).toEqual([false, Infinity]);
});

test('an ACK that nobody waits for is nothing', () => {
  expect(link.receive(0, ACK)).toEqual([]);
});

describe('a message of several packets', () => {
  test('is put together, and a duplicate part of it only acknowledged', () => {
    expect(link.receive(0, part(true, 2, false, '01'))).toEqual([ACKED, HEARD]);
    expect(link.receive(1, part(false, 1, true, '02'))).toEqual([ACKED, HEARD]);
    expect(link.receive(2, part(false, 1, true, '02'))).toEqual([ACKED, HEARD]);
    expect(link.receive(3, part(false, 0, false, '03'))).toEqual([
      ACKED,
      HEARD,
      { kind: 'message', data: fromHex('010203'), dataFormat: 0 },
    ]);
  });

  test('starts afresh with a first packet', () => {
    link.receive(0, part(true, 1, false, '01'));
    link.receive(1, part(true, 1, true, '0a'));
    expect(link.receive(2, part(false, 0, false, '0b'))).toContainEqual({
      kind: 'message',
      data: fromHex('0a0b'),
      dataFormat: 0,
    });
  });

  test('is dropped when a packet of it is missing', () => {
    link.receive(0, part(true, 2, false, '01'));
    expect(link.receive(1, part(false, 0, true, '03'))).toContainEqual({
      kind: 'bad-packet',
      reason: 'sequence number 0 after 2',
    });
    expect(link.receive(2, part(false, 0, false, '04'))).toContainEqual({
      kind: 'bad-packet',
      reason: 'sequence number 0 after no first packet',
    });
  });

  test('goes out packet by packet, each after the ACK of the one before', () => {
    link.packetSize = 10;
    const sent: string[] = [];
    let events = link.send(0, fromHex('0102030405'));
    for (let turn = 0; packetIn(events) !== undefined; turn++) {
      sent.push(toHex(packetIn(events)?.data ?? ACK));
      events = link.receive(turn, ACK);
    }
    expect(sent).toEqual(['0102', '0304', '05']);
    expect(events).toEqual([{ kind: 'delivered', by: 'ack' }]);
  });
});

function part(first: boolean, sequence: number, toggle: boolean, hex: string): Uint8Array {
  return packet({ multiPacket: true, first, sequence, toggle, data: fromHex(hex) });
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

function packetIn(events: readonly LinkEvent[]): Packet | undefined {
  const sent = events.find((event) => event.kind === 'send');
  return sent === undefined ? undefined : decodePacket(sent.bytes);
}
