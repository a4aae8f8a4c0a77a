import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NS_PER_MS, NS_PER_S } from '../../../devices/domain/time.ts';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { decodePacket, encodePacket } from '../../../devices/protocol/c12-18/packet.ts';
import type { Packet } from '../../../devices/protocol/c12-18/packet.ts';
import { PacketReceiver } from '../../../devices/protocol/c12-18/receiver.ts';
import type { Received } from '../../../devices/protocol/c12-18/receiver.ts';
import type { PacketStandard } from '../../../devices/protocol/c12-18/link-settings.ts';
import { createOpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import type { OpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import { DES } from '../../../devices/protocol/c12-21/authentication.ts';
import { PASSWORD, recordedHost } from './meter-host.ts';
import { ScriptedClient } from './scripted-client.ts';
import { SeededBytes } from './seeded-bytes.ts';
import { ANSI, tableHex, unlessRefused } from './vectors.ts';

const INPUTS = 1_000_000;
const FRAMES = ANSI.c1218_frames.map(({ hex }) => fromHex(hex));
const INTER_CHARACTER_NS = 500 * NS_PER_MS;
const ACK = Uint8Array.of(0x06);
const NAK = Uint8Array.of(0x15);

/** Many inputs end in an error, and its stack is what takes the time. */
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

test('a million random and mutated packets are read and written back, or refused', () => {
  const chance = new SeededBytes(3);
  const receiver = new PacketReceiver(8192, INTER_CHARACTER_NS);
  let [nowNs, read, received] = [0, 0, 0];
  const changed: string[] = [];
  for (let input = 0; input < INPUTS; input++) {
    const bytes = someBytes(chance);
    const packet = unlessRefused(() => decodePacket(bytes));
    if (packet !== undefined) {
      read += 1;
      // Reserved bits are not looked at, and written as 0.
      const [, , control = 0] = bytes;
      const back = encodePacket(packet);
      if ((control & 0x1c) === 0 && !sameBytes(back, bytes)) changed.push(toHex(bytes));
    }
    nowNs += chance.below(100) === 0 ? INTER_CHARACTER_NS : NS_PER_MS;
    received += receiver.receive(nowNs, bytes).length;
  }
  receiver.wake(nowNs + INTER_CHARACTER_NS);
  expect(receiver.wakeAtNs()).toBe(Infinity);
  expect(changed).toEqual([]);
  // Nothing would have been proven by decoders that refuse everything.
  expect(read).toBeGreaterThan(INPUTS / 20);
  expect(received).toBeGreaterThan(INPUTS / 20);
});

test('any cut of a stream of packets, good and bad, gives the same packets and the same answers', () => {
  let answered = 0;
  for (let seed = 1000; seed < 2000; seed++) {
    const chance = new SeededBytes(seed);
    const stream = concat(
      Array.from({ length: 30 }, () =>
        // A packet that is cut swallows what follows it, so most have to be whole.
        chance.below(12) === 0 ? someBytes(chance) : chance.one([...FRAMES, ACK, NAK]),
      ),
    );
    const cuts = [[stream], cut(stream, chance)];
    const [packets, packetsOfCut] = cuts.map((chunks) => {
      const receiver = new PacketReceiver(1024, INTER_CHARACTER_NS);
      const received = chunks.flatMap((chunk) => receiver.receive(0, chunk));
      return summary([...received, ...receiver.wake(INTER_CHARACTER_NS)]);
    });
    expect([seed, packetsOfCut]).toEqual([seed, packets]);
    const [answers, answersToCut] = cuts.map((chunks) => {
      const server = createOpticalServer(recordedHost());
      const out = chunks.flatMap((chunk) => server.receive(0, chunk));
      return [...out, ...server.wake(INTER_CHARACTER_NS)].map((bytes) => toHex(bytes));
    });
    expect([seed, answersToCut]).toEqual([seed, answers]);
    answered += answers?.filter((answer) => answer.startsWith('ee')).length ?? 0;
  }
  expect(answered).toBeGreaterThan(5_000);
});

describe('a million mutated frames into a live meter', () => {
  /** Of both standards half each; after every so many frames a clean conversation has to work. */
  const BETWEEN_CHECKS = 2_000;

  test.each(['c12-18', 'c12-21'] as const)(
    'of %s: it never throws, never hangs, and still answers',
    (standard) => {
      const chance = new SeededBytes(standard === 'c12-18' ? 4 : 5);
      const { host, server } = meter(standard);
      const attacker = new Attacker(chance);
      let [nowNs, states] = [0, new Set<string>()];
      for (let frame = 0; frame < INPUTS / 2; frame++) {
        server.receive(nowNs, attacker.next());
        states.add(server.state());
        nowNs +=
          chance.below(200) === 0 ? chance.below(10) * NS_PER_S : chance.below(30) * NS_PER_MS;
        if (chance.below(4) === 0) server.wake(nowNs);
        if (frame % BETWEEN_CHECKS !== 0) continue;
        nowNs = untilNothingIsDue(server, nowNs);
        expect(server.state()).toBe('BASE');
        host.calls.length = 0;
        nowNs = converse(server, nowNs);
      }
      expect(states).toEqual(new Set(['BASE', 'ID', 'SESSION']));
    },
  );
});

/** Says what a client might say, mostly in an order that leads somewhere, and mostly spoilt. */
class Attacker {
  readonly #chance: SeededBytes;
  #toggle = false;
  #last: Uint8Array = ACK;

  constructor(chance: SeededBytes) {
    this.#chance = chance;
  }

  next(): Uint8Array {
    const chance = this.#chance;
    switch (chance.below(16)) {
      case 0:
        return this.#last;
      case 1:
        return chance.mutated(this.#last);
      case 2:
        return someBytes(chance);
      case 3:
        return NAK;
      case 4:
      case 5:
      case 6:
      case 7:
        return ACK;
      case 8:
        return this.#framed(chance.mutated(chance.one(REQUESTS)));
      case 9:
        return this.#framed(chance.one(REQUESTS), this.#someControl());
      case 10:
        return this.#framed(chance.bytes(chance.below(30)));
      default:
        return this.#framed(chance.one(REQUESTS));
    }
  }

  #framed(data: Uint8Array, fields: Partial<Packet> = {}): Uint8Array {
    this.#toggle = !this.#toggle;
    const packet = { identity: 0, multiPacket: false, first: false, dataFormat: 0, sequence: 0 };
    this.#last = encodePacket({ ...packet, toggle: this.#toggle, data, ...fields });
    return this.#last;
  }

  #someControl(): Partial<Packet> {
    const chance = this.#chance;
    return {
      identity: chance.below(3),
      multiPacket: chance.below(2) === 0,
      first: chance.below(2) === 0,
      dataFormat: chance.below(4),
      sequence: chance.below(4),
    };
  }
}

const SECURITY = `51${toHex(new TextEncoder().encode(PASSWORD)).padEnd(40, '20')}`;
/** Services that lead into a session stand there more often than one that ends it. */
const REQUESTS = [
  '20 20 6102000206 60200001 6204001e0c06 50000030303030202020202020 50000030303030202020202020',
  `${SECURITY} 300000 300001 300006 30004a 30001a 31000500000001 3f00050000020003 3e`,
  '40000500010af6 4000070004090074018200 4100050000000101ff 4f000500000200010af6 4e 52 7001 70ff',
  '711e010403 530903a0a1a2a3a4a5a6a7 22 24800301027b 21',
].flatMap((line) => line.split(' ').map((hex) => fromHex(hex)));

function meter(standard: PacketStandard): {
  readonly host: ReturnType<typeof recordedHost>;
  readonly server: OpticalServer;
} {
  const host = recordedHost();
  host.locate = (_, index) => ({ offset: index[0] ?? 0, count: 1 });
  const key = fromHex('133457799bbcdff1');
  const server = createOpticalServer(host, {
    standard,
    baudCodes: [6, 12],
    authentication: {
      cipher: DES,
      nextTicket: () => key,
      keyOf: (id) => (id === 3 ? key : undefined),
    },
  });
  return { host, server };
}

/** Lets time pass; a meter that always wanted to be woken again would never come to rest. */
function untilNothingIsDue(server: OpticalServer, startNs: number): number {
  let nowNs = startNs;
  for (let wakes = 0; wakes < 600; wakes++) {
    const dueNs = server.wakeAtNs();
    if (dueNs === Infinity) return nowNs + NS_PER_S;
    nowNs = Math.max(nowNs, dueNs);
    server.wake(nowNs);
    expect(server.wakeAtNs()).toBeGreaterThan(nowNs);
  }
  throw new Error('the meter never comes to rest');
}

function converse(server: OpticalServer, nowNs: number): number {
  const client = new ScriptedClient(server);
  client.nowNs = nowNs;
  expect(client.ask('20').slice(0, 2)).toBe('00');
  expect(client.ask('6102000206')).toBe('0002000206');
  expect(client.ask('50000030303030202020202020')).toBe('00');
  expect(client.ask('300001')).toBe(`000020${tableHex(1)}e6`);
  expect(client.ask('21')).toBe('00');
  expect(server.state()).toBe('BASE');
  return client.nowNs;
}

function someBytes(chance: SeededBytes): Uint8Array {
  switch (chance.below(5)) {
    case 0:
      return chance.bytes(chance.below(40));
    case 1:
      return chance.one(FRAMES);
    case 2:
      return chance.one([ACK, NAK]);
    default:
      return chance.mutated(chance.one(FRAMES));
  }
}

function cut(stream: Uint8Array, chance: SeededBytes): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < stream.length;) {
    const length = 1 + chance.below(20);
    chunks.push(stream.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function summary(received: readonly Received[]): string[] {
  return received.map((one) => {
    switch (one.kind) {
      case 'packet':
        return toHex(one.raw.bytes);
      case 'bad-packet':
        return `${one.reason}, header cut: ${one.headerCut}`;
      case 'ack':
      case 'nak':
        return one.kind;
    }
  });
}
