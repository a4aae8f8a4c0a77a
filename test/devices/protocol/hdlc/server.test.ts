import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  clientAddress,
  type HdlcAddress,
  serverAddress,
} from '../../../../devices/protocol/hdlc/address.ts';
import { CLIENT_TRANSITIONS } from '../../../../devices/protocol/hdlc/client-transitions.ts';
import { type Control, controlText } from '../../../../devices/protocol/hdlc/control.ts';
import {
  decodeFrame,
  encodeFrame,
  type HdlcFrame,
} from '../../../../devices/protocol/hdlc/frame.ts';
import { withLlc } from '../../../../devices/protocol/hdlc/llc.ts';
import { HdlcServer, type HdlcServerSettings } from '../../../../devices/protocol/hdlc/server.ts';
import { SERVER_TRANSITIONS } from '../../../../devices/protocol/hdlc/server-transitions.ts';
import { SeededBytes } from '../seeded-bytes.ts';
import { FRAMES } from './vectors.ts';

const SNRM: Control = { kind: 'SNRM', pollFinal: true };
const DISC: Control = { kind: 'DISC', pollFinal: true };
const UNKNOWN: Control = { kind: 'unknown', octet: 0xff, pollFinal: true };
const POLL: Control = { kind: 'RR', receiveNumber: 0, pollFinal: true };
const NOTIFICATION: Control = { kind: 'UI', pollFinal: false };
const REQUEST = withLlc('command', fromHex('c001'));

function information(sendNumber: number, receiveNumber: number): Control {
  return { kind: 'I', sendNumber, receiveNumber, pollFinal: true };
}

function served(settings: Partial<HdlcServerSettings> = {}) {
  const asked: string[] = [];
  const ended: number[] = [];
  const server = new HdlcServer(
    {
      received: (clientSap, serverSap, apdu) => {
        asked.push(`${clientSap} ${serverSap} ${toHex(apdu)}`);
        return fromHex('c401');
      },
      connectionEnded: (clientSap) => void ended.push(clientSap),
    },
    settings,
  );
  const say = (control: Control, frame: Partial<HdlcFrame> = {}) =>
    server
      .receive(
        0,
        encodeFrame({
          segmented: false,
          destination: serverAddress(1, null),
          source: clientAddress(16),
          control,
          information: new Uint8Array(),
          ...frame,
        }),
      )
      .map((bytes) => decodeFrame(bytes.subarray(1, -1)));
  const answers = (control: Control, frame: Partial<HdlcFrame> = {}) =>
    say(control, frame).map((one) => controlText(one.control));
  return { server, asked, ended, say, answers };
}

describe('the tables', () => {
  test('of a server name every frame of a client in every state', () => {
    const commands = ['DISC', 'I', 'REJ', 'RNR', 'RR', 'SNRM', 'UI', 'unknown'];
    for (const row of Object.values(SERVER_TRANSITIONS)) {
      expect(Object.keys(row).toSorted()).toEqual(commands);
    }
  });

  test('of a client lead out of every state in which something is awaited', () => {
    for (const state of ['connecting', 'disconnecting'] as const) {
      const steps = Object.values(CLIENT_TRANSITIONS[state]);
      expect(steps.map(({ next }) => next)).toContain('NDM');
    }
    expect(Object.keys(CLIENT_TRANSITIONS.NDM)).toEqual(['UI']);
  });
});

describe('in each state', () => {
  const RR = 'RR N(R)=0 P/F';
  test.each([
    ['SNRM', SNRM, ['UA P/F'], ['UA P/F'], ['UA P/F']],
    ['DISC', DISC, ['DM P/F'], ['UA P/F'], ['UA P/F']],
    ['a request', information(0, 0), ['DM P/F'], ['I N(S)=0 N(R)=1 P/F'], ['FRMR P/F']],
    ['RR', POLL, ['DM P/F'], [RR], ['FRMR P/F']],
    ['RNR', { ...POLL, kind: 'RNR' }, ['DM P/F'], [RR], ['FRMR P/F']],
    ['REJ', { ...POLL, kind: 'REJ' }, ['DM P/F'], [RR], ['FRMR P/F']],
    ['what is unknown', UNKNOWN, ['DM P/F'], ['FRMR P/F'], ['FRMR P/F']],
    ['UI', NOTIFICATION, [], [], []],
    ['UA', { kind: 'UA', pollFinal: true }, [], [], []],
    ['DM', { kind: 'DM', pollFinal: true }, [], [], []],
  ] satisfies [string, Control, string[], string[], string[]][])(
    '%s is answered',
    (_, control, inNdm, inNrm, rejecting) => {
      const frame = control.kind === 'I' || control.kind === 'UI' ? { information: REQUEST } : {};
      const ndm = served();
      expect(ndm.answers(control, frame)).toEqual(inNdm);
      const nrm = served();
      nrm.say(SNRM);
      expect(nrm.answers(control, frame)).toEqual(inNrm);
      const rejected = served();
      rejected.say(SNRM);
      rejected.say(UNKNOWN);
      expect(rejected.answers(control, frame)).toEqual(rejecting);
    },
  );

  test('nothing is answered that does not poll, but it is taken', () => {
    const { answers, asked } = served();
    answers(SNRM);
    expect(answers({ ...information(0, 0), pollFinal: false }, { information: REQUEST })).toEqual(
      [],
    );
    expect(asked).toHaveLength(1);
    expect(answers(POLL)).toEqual(['I N(S)=0 N(R)=1 P/F']);
  });
});

describe('a frame that cannot be taken is refused with its reason', () => {
  test.each([
    ['an unknown control field', UNKNOWN, 0, 'ff0001'],
    ['information that may not be', POLL, 3, '110003'],
    ['information that is too long', information(0, 0), 129, '100004'],
    ['a number that cannot be', information(0, 3), 3, '700008'],
  ] as const)('%s', (_, control, octets, hex) => {
    const { say } = served();
    say(SNRM);
    const [answer] = say(control, { information: new Uint8Array(octets) });
    expect(answer?.control.kind).toBe('FRMR');
    expect(toHex(answer?.information ?? new Uint8Array())).toBe(hex);
    // The same reason until the client connects anew.
    expect(toHex(say(POLL)[0]?.information ?? new Uint8Array())).toBe(hex);
    expect(say(SNRM)[0]?.control.kind).toBe('UA');
    expect(say(POLL)[0]?.control.kind).toBe('RR');
  });

  test('parameters that cannot be read are answered with DM', () => {
    const { answers, server } = served();
    expect(answers(SNRM, { information: fromHex('80') })).toEqual(['DM P/F']);
    expect(server.connections).toBe(0);
  });
});

test('a request that comes twice is served once, and its answer comes again', () => {
  const { answers, asked } = served();
  answers(SNRM);
  const request = { information: REQUEST };
  expect(answers(information(0, 0), request)).toEqual(['I N(S)=0 N(R)=1 P/F']);
  expect(answers(information(0, 0), request)).toEqual(['I N(S)=0 N(R)=1 P/F']);
  expect(asked).toHaveLength(1);
  expect(answers({ kind: 'RR', receiveNumber: 1, pollFinal: true })).toEqual(['RR N(R)=1 P/F']);
});

test('a connection that is made anew has ended before', () => {
  const { answers, ended } = served();
  answers(SNRM);
  expect(ended).toEqual([]);
  answers(SNRM);
  answers(DISC);
  answers(DISC);
  expect(ended).toEqual([16, 16]);
});

test('information without the header of DLMS is acknowledged and goes no further', () => {
  const { answers, asked } = served();
  answers(SNRM);
  expect(answers(information(0, 0), { information: fromHex('e6e700c001') })).toEqual([
    'RR N(R)=1 P/F',
  ]);
  expect(asked).toEqual([]);
});

describe('addresses', () => {
  const only = { logicalDevices: [1, 2], physicalDevice: 17 };

  test.each([
    ['its own', serverAddress(1, 17)],
    ['its own in four octets', long(1, 17)],
    ['its other logical device', short(2, 17)],
    ['its logical device alone', serverAddress(1, null)],
  ])('%s is answered, in the form in which it was called', (_, destination) => {
    const [answer] = served(only).say(SNRM, { destination });
    expect(answer).toMatchObject({ source: destination, destination: clientAddress(16) });
  });

  test.each([
    ['another device', short(1, 18)],
    ['another logical device', short(3, 17)],
    ['no station', serverAddress(0, null)],
    ['no station of the line', short(1, 0)],
    ['all stations', serverAddress(0x7f, null)],
    ['all stations of the line', short(1, 0x7f)],
    ['all stations in four octets', long(0x3fff, 0x3fff)],
  ])('%s is not', (_, destination) => {
    const { say, server } = served(only);
    expect(say(SNRM, { destination })).toEqual([]);
    expect(server.connections).toBe(0);
  });

  test('any number means a device that is alone on its line, but none', () => {
    expect(served().answers(SNRM, { destination: short(1, 99) })).toEqual(['UA P/F']);
    expect(served().answers(SNRM, { destination: short(1, 0) })).toEqual([]);
  });

  test.each([
    ['of no station', clientAddress(0)],
    ['of a server', short(1, 17)],
  ])('a client with the address %s is not heard', (_, source) => {
    expect(served().answers(SNRM, { source })).toEqual([]);
  });

  test.each([
    ['all stations', serverAddress(0x7f, null), ['16 1 c001', '16 2 c001']],
    ['all stations of the line', short(2, 0x7f), ['16 2 c001']],
    ['all stations in four octets', long(0x3fff, 0x3fff), ['16 1 c001', '16 2 c001']],
    ['a logical device that is not here', short(9, 0x7f), []],
  ])('what is not numbered is taken by %s, and not answered', (_, destination, taken) => {
    const { say, asked } = served(only);
    const control: Control = { kind: 'UI', pollFinal: true };
    expect(say(control, { destination, information: REQUEST })).toEqual([]);
    expect(asked).toEqual(taken);
  });
});

test('mutated frames into a live server: it never throws, and still answers', () => {
  const chance = new SeededBytes(6);
  const { server, answers } = served();
  let nowNs = 0;
  let spoken = 0;
  for (let turn = 0; turn < 200_000; turn++) {
    nowNs += chance.below(50) * 20_000_000;
    const bytes = server.receive(nowNs, someBytes(chance));
    spoken += bytes.length;
    if (turn % 1_000 !== 0) continue;
    nowNs += 10_000_000_000;
    server.wake(nowNs);
    expect(answers(SNRM)).toEqual(['UA P/F']);
    expect(answers(information(0, 0), { information: REQUEST })).toEqual(['I N(S)=0 N(R)=1 P/F']);
  }
  expect(spoken).toBeGreaterThan(10_000);
});

/** Frames of the vectors, and others with a good check sequence and any control field. */
function someBytes(chance: SeededBytes): Uint8Array {
  const frame = chance.one(FRAMES);
  switch (chance.below(4)) {
    case 0:
      return frame;
    case 1:
      return chance.mutated(frame);
    default: {
      const addressed = { destination: serverAddress(1, null), source: clientAddress(16) };
      const octet = chance.below(256);
      const control: Control =
        (octet & 1) === 0
          ? {
              kind: 'I',
              sendNumber: (octet >> 1) & 7,
              receiveNumber: octet >> 5,
              pollFinal: (octet & 16) !== 0,
            }
          : chance.one([SNRM, DISC, POLL, UNKNOWN]);
      const octets = chance.bytes(chance.below(140));
      return encodeFrame({
        ...addressed,
        segmented: chance.below(2) === 0,
        control,
        information: octets,
      });
    }
  }
}

function long(upper: number, lower: number): HdlcAddress {
  return { upper, lower, octets: 4 };
}

function short(upper: number, lower: number): HdlcAddress {
  return { upper, lower, octets: 2 };
}
