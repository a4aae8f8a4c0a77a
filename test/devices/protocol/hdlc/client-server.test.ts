import { describe, expect, test } from 'vitest';
import { NS_PER_S } from '../../../../devices/domain/time.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { serverAddress } from '../../../../devices/protocol/hdlc/address.ts';
import type { HdlcClientSettings } from '../../../../devices/protocol/hdlc/client-settings.ts';
import { HdlcClient } from '../../../../devices/protocol/hdlc/client.ts';
import { controlText } from '../../../../devices/protocol/hdlc/control.ts';
import { decodeFrame } from '../../../../devices/protocol/hdlc/frame.ts';
import { PARAMETER_DEFAULTS } from '../../../../devices/protocol/hdlc/parameters.ts';
import { HdlcServer, type HdlcServerSettings } from '../../../../devices/protocol/hdlc/server.ts';
import { SeededBytes } from '../seeded-bytes.ts';
import { GOOD_LINE, type LineFaults, MemoryLine } from './memory-line.ts';

/** What a server was asked, and what it answers: each request another answer. */
class Answers {
  readonly asked: string[] = [];
  readonly ended: string[] = [];
  isBusy = false;
  #answers: (Uint8Array | null)[] = [];

  next(...answers: (Uint8Array | null)[]): void {
    this.#answers.push(...answers);
  }

  received(clientSap: number, serverSap: number, apdu: Uint8Array): Uint8Array | null {
    this.asked.push(`${clientSap} ${serverSap} ${toHex(apdu)}`);
    return this.#answers.shift() ?? null;
  }

  connectionEnded(clientSap: number, serverSap: number): void {
    this.ended.push(`${clientSap} ${serverSap}`);
  }

  busy(): boolean {
    return this.isBusy;
  }
}

interface Ends {
  readonly client?: Partial<HdlcClientSettings>;
  readonly server?: Partial<HdlcServerSettings>;
  readonly line?: Partial<LineFaults>;
  readonly seed?: number;
}

function connected(ends: Ends = {}) {
  const made = pairOf(ends);
  expect(made.line.run(made.client.connect(0))).toMatchObject({ kind: 'connected' });
  return made;
}

function pairOf({ client: ours = {}, server: theirs = {}, line: faults = {}, seed = 1 }: Ends) {
  const answers = new Answers();
  const chance = new SeededBytes(seed);
  const client = new HdlcClient(ours);
  const server = new HdlcServer(answers, theirs);
  const between = new MemoryLine(client, server, chance, { ...GOOD_LINE, ...faults });
  return { answers, chance, client, server, line: between };
}

function shown(frames: readonly Uint8Array[]): string[] {
  return frames.map((frame) => {
    const { segmented, control } = decodeFrame(frame.subarray(1, -1));
    return `${controlText(control)}${segmented ? ' S' : ''}`;
  });
}

const REQUEST = fromHex('c001c1000100002a0000ff0200');

test('a conversation is the one of the captured frames', () => {
  const { answers, client, line: between } = connected({ client: { clientSap: 17 } });
  answers.next(fromHex('c4010a'));
  expect(between.run(client.ask(between.nowNs, REQUEST))).toEqual({
    kind: 'answer',
    apdu: fromHex('c4010a'),
  });
  expect(between.run(client.disconnect(between.nowNs))).toEqual({ kind: 'disconnected' });
  expect(shown(between.frames)).toEqual([
    'SNRM P/F',
    'UA P/F',
    'I N(S)=0 N(R)=0 P/F',
    'I N(S)=0 N(R)=1 P/F',
    'DISC P/F',
    'UA P/F',
  ]);
  expect(toHex(between.frames[0] ?? new Uint8Array())).toBe('7ea007032393bf327e');
  expect(toHex(between.frames[4] ?? new Uint8Array())).toBe('7ea007032353b3f47e');
  expect(answers.ended).toEqual(['17 1']);
});

describe('segments', () => {
  test('with information of 128 octets and a window of 1, each is acknowledged', () => {
    const { answers, chance, client, line: between } = connected();
    const request = chance.bytes(300);
    const answer = chance.bytes(381);
    answers.next(answer);
    expect(between.run(client.ask(between.nowNs, request))).toEqual({
      kind: 'answer',
      apdu: answer,
    });
    expect(answers.asked).toEqual([`16 1 ${toHex(request)}`]);
    expect(shown(between.frames.slice(2))).toEqual([
      'I N(S)=0 N(R)=0 P/F S',
      'RR N(R)=1 P/F',
      'I N(S)=1 N(R)=0 P/F S',
      'RR N(R)=2 P/F',
      'I N(S)=2 N(R)=0 P/F',
      'I N(S)=0 N(R)=3 P/F S',
      'RR N(R)=1 P/F',
      'I N(S)=1 N(R)=3 P/F S',
      'RR N(R)=2 P/F',
      'I N(S)=2 N(R)=3 P/F',
    ]);
  });

  test('with a window of 7, seven go in one turn', () => {
    const parameters = { ...PARAMETER_DEFAULTS, windowTransmit: 7, windowReceive: 7 };
    const {
      answers,
      chance,
      client,
      line: between,
    } = connected({
      client: { parameters },
      server: { parameters },
    });
    const answer = chance.bytes(1_100);
    answers.next(answer);
    expect(between.run(client.ask(between.nowNs, chance.bytes(200)))).toEqual({
      kind: 'answer',
      apdu: answer,
    });
    expect(shown(between.frames.slice(2))).toEqual([
      'I N(S)=0 N(R)=0 S',
      'I N(S)=1 N(R)=0 P/F',
      ...[0, 1, 2, 3, 4, 5].map((number) => `I N(S)=${number} N(R)=2 S`),
      'I N(S)=6 N(R)=2 P/F S',
      'RR N(R)=7 P/F',
      'I N(S)=7 N(R)=2 S',
      'I N(S)=0 N(R)=2 P/F',
    ]);
  });

  test('a server grants no more than it has, and both keep to it', () => {
    const wanted = { ...PARAMETER_DEFAULTS, informationReceive: 1024, windowReceive: 7 };
    const { client, line: between } = pairOf({
      client: { parameters: wanted },
      server: {
        parameters: { ...PARAMETER_DEFAULTS, informationTransmit: 256, windowTransmit: 3 },
      },
    });
    expect(between.run(client.connect(0))).toEqual({
      kind: 'connected',
      parameters: { ...PARAMETER_DEFAULTS, informationReceive: 256, windowReceive: 3 },
    });
  });
});

describe('a bad line', () => {
  const WINDOWS = [1, 7] as const;
  const LINES = [
    ['that splits', { splits: true }],
    ['that echoes', { echo: true, splits: true }],
    ['that loses', { loss: 8, splits: true }],
    ['that does everything', { loss: 5, flip: 3, noise: 5, splits: true, echo: true }],
  ] as const;
  const grid = LINES.flatMap(([name, faults]) =>
    WINDOWS.map((window) => ({ name, faults, window })),
  );

  test.each(grid)('$name, window $window: every request is served once', ({ faults, window }) => {
    let spoilt = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const parameters = { ...PARAMETER_DEFAULTS, windowTransmit: window, windowReceive: window };
      const {
        answers,
        chance,
        client,
        server,
        line: between,
      } = connected({
        client: { parameters, retries: 12, echo: 'echo' in faults ? 'discard' : 'none' },
        server: { parameters, inactivityNs: 3_000 * NS_PER_S },
        line: faults,
        seed,
      });
      for (let turn = 0; turn < 6; turn++) {
        const request = chance.bytes(1 + chance.below(600));
        const answer = chance.bytes(1 + chance.below(2_500));
        answers.next(answer);
        const end = between.run(client.ask(between.nowNs, request));
        expect([seed, turn, end]).toEqual([seed, turn, { kind: 'answer', apdu: answer }]);
        expect(answers.asked.splice(0)).toEqual([`16 1 ${toHex(request)}`]);
      }
      spoilt += server.badFrames + between.faults.length;
    }
    expect(spoilt > 0).toBe('loss' in faults);
  });
});

describe('silence', () => {
  test('is broken by the same frame again, and then given up with what was sent', () => {
    const { client, line: between } = connected({ line: {} });
    const events = client.ask(between.nowNs, REQUEST);
    const [first] = events;
    const sent = [first];
    for (let wake = 0; wake < 3; wake++) sent.push(...client.wake(client.wakeAtNs()));
    expect(sent).toEqual([first, first, first, first]);
    expect(client.wake(client.wakeAtNs())).toEqual([
      {
        kind: 'failed',
        reason: 'server 1: I N(S)=0 N(R)=0 P/F sent 4 times, came last: silence',
      },
    ]);
    expect(client.state).toBe('NDM');
    expect(client.wakeAtNs()).toBe(Infinity);
  });

  test('of a client ends its connection, and the next request is answered with DM', () => {
    const {
      answers,
      client,
      server,
      line: between,
    } = connected({ server: { inactivityNs: NS_PER_S } });
    expect(server.wakeAtNs()).toBeLessThanOrEqual(between.nowNs + NS_PER_S);
    expect(server.wake(server.wakeAtNs() - 1)).toEqual([]);
    expect(server.connections).toBe(1);
    server.wake(server.wakeAtNs());
    expect(server.connections).toBe(0);
    expect(server.wakeAtNs()).toBe(Infinity);
    expect(answers.ended).toEqual(['16 1']);
    expect(between.run(client.ask(between.nowNs, REQUEST))).toEqual({
      kind: 'failed',
      reason: 'the server is not connected any longer (DM)',
    });
    expect(between.run(client.connect(between.nowNs))).toMatchObject({ kind: 'connected' });
  });

  test('is not what a frame is that still comes in', () => {
    const { answers, client, server, line: between } = connected();
    answers.next(REQUEST);
    const [sent] = client.ask(between.nowNs, REQUEST);
    if (sent?.kind !== 'send') throw new Error('nothing was sent');
    const [answer = new Uint8Array()] = server.receive(between.nowNs, sent.bytes);
    const dueNs = client.wakeAtNs();
    expect(client.receive(dueNs - 1, answer.subarray(0, 10))).toEqual([]);
    expect(client.wakeAtNs()).toBeGreaterThan(dueNs);
    expect(client.receive(dueNs + 1, answer.subarray(10))).toEqual([
      { kind: 'answer', apdu: REQUEST },
    ]);
  });
});

describe('what is not to be answered', () => {
  test('is delivered when the server has acknowledged it', () => {
    const { answers, client, line: between } = connected();
    expect(between.run(client.tell(between.nowNs, REQUEST))).toEqual({ kind: 'delivered' });
    expect(answers.asked).toHaveLength(1);
    expect(shown(between.frames).at(-1)).toBe('RR N(R)=1 P/F');
  });

  test('a push arrives at any time', () => {
    const { client, server, line: between } = connected();
    between.fromServer(server.notify(16, 1, fromHex('0f00000001')));
    expect(between.run(client.tell(between.nowNs, REQUEST))).toEqual({ kind: 'delivered' });
    expect(between.pushes.map((apdu) => toHex(apdu))).toEqual(['0f00000001']);
    expect(() => server.notify(16, 1, new Uint8Array(2_040))).toThrow('2047 is the most');
  });
});

test('a busy server is polled until it is not, and then gets the request', () => {
  const { answers, client, line: between, server } = connected();
  answers.next(fromHex('c401'));
  answers.isBusy = true;
  const received = server.receive.bind(server);
  let polls = 0;
  server.receive = (nowNs, bytes) => {
    if (bytes.length > 0 && ++polls === 4) answers.isBusy = false;
    return received(nowNs, bytes);
  };
  expect(between.run(client.ask(between.nowNs, REQUEST))).toMatchObject({ kind: 'answer' });
  expect(shown(between.frames.slice(2))).toEqual([
    'I N(S)=0 N(R)=0 P/F',
    'RNR N(R)=0 P/F',
    'RR N(R)=0 P/F',
    'RNR N(R)=0 P/F',
    'RR N(R)=0 P/F',
    'RNR N(R)=0 P/F',
    'RR N(R)=0 P/F',
    'RR N(R)=0 P/F',
    'I N(S)=0 N(R)=0 P/F',
    'I N(S)=0 N(R)=1 P/F',
  ]);
});

describe('a meter whose numbers are stuck', () => {
  test('is not believed by a client that checks them', () => {
    const { answers, client, line: between } = connected({ server: { stuckNumbers: true } });
    answers.next(REQUEST, REQUEST, REQUEST, REQUEST);
    const end = between.run(client.ask(between.nowNs, REQUEST));
    expect(end).toMatchObject({ kind: 'failed' });
    expect(between.faults).toContain('I N(S)=0 N(R)=0 P/F answers nothing of ours');
  });

  test('is read by a client that ignores them', () => {
    const {
      answers,
      chance,
      client,
      line: between,
    } = connected({
      server: { stuckNumbers: true },
      client: { numbers: 'ignore' },
    });
    for (let turn = 0; turn < 10; turn++) {
      const answer = chance.bytes(400);
      answers.next(answer);
      expect(between.run(client.ask(between.nowNs, chance.bytes(300)))).toEqual({
        kind: 'answer',
        apdu: answer,
      });
    }
    expect(answers.asked).toHaveLength(10);
    expect(shown(between.frames.slice(-1))).toEqual(['I N(S)=0 N(R)=0 P/F']);
  });
});

test('several clients of one server do not disturb each other', () => {
  const {
    answers,
    client,
    server,
    line: between,
  } = connected({
    server: { logicalDevices: [1, 2], physicalDevice: 17 },
    client: { server: serverAddress(1, 17) },
  });
  const other = new HdlcClient({ clientSap: 1, server: serverAddress(2, 17) });
  const second = new MemoryLine(other, server, new SeededBytes(2), GOOD_LINE);
  expect(second.run(other.connect(between.nowNs))).toMatchObject({ kind: 'connected' });
  expect(server.connections).toBe(2);
  answers.next(fromHex('01'), fromHex('02'), fromHex('03'));
  expect(between.run(client.ask(between.nowNs, REQUEST))).toMatchObject({ apdu: fromHex('01') });
  expect(second.run(other.ask(second.nowNs, REQUEST))).toMatchObject({ apdu: fromHex('02') });
  expect(second.run(other.disconnect(second.nowNs))).toEqual({ kind: 'disconnected' });
  expect(between.run(client.ask(between.nowNs, REQUEST))).toMatchObject({ apdu: fromHex('03') });
  expect(answers.asked.map((asked) => asked.slice(0, 4))).toEqual(['16 1', '1 2 ', '16 1']);
  expect(answers.ended).toEqual(['1 2']);
});
