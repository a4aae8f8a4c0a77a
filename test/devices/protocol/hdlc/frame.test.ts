import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  addressText,
  type HdlcAddress,
  serverAddress,
} from '../../../../devices/protocol/hdlc/address.ts';
import {
  controlText,
  decodeControl,
  encodeControl,
} from '../../../../devices/protocol/hdlc/control.ts';
import { decodeFrame, encodeFrame } from '../../../../devices/protocol/hdlc/frame.ts';
import {
  decodeParameters,
  encodeParameters,
  granted,
  PARAMETER_DEFAULTS,
} from '../../../../devices/protocol/hdlc/parameters.ts';
import { MUTATIONS, mutate } from '../mutations.ts';
import { FRAMES, frameNamed, VECTORS } from './vectors.ts';

function readFrame(frame: Uint8Array) {
  return decodeFrame(frame.subarray(1, -1));
}

test('there are the twelve frame vectors', () => {
  expect(VECTORS).toHaveLength(12);
});

test.each(VECTORS)(
  'frame vector "$name" is read and written back',
  ({ hex, control, hcs, fcs }) => {
    const frame = readFrame(Buffer.from(hex, 'hex'));
    expect(toHex(encodeFrame(frame)).toUpperCase()).toBe(hex);
    if (control === undefined) return;
    expect(encodeControl(frame.control)).toBe(Number.parseInt(control, 16));
    expect(frame.information.length > 0).toBe(hcs !== null);
    expect(hex.slice(-6, -2)).toBe(fcs);
  },
);

describe('addresses', () => {
  test.each([
    [serverAddress(1, null), '03'],
    [serverAddress(1, 17), '0223'],
    [{ upper: 1, lower: 17, octets: 4 }, '00020023'],
    [serverAddress(1, 1000), '00020e d1'],
    [serverAddress(0x3fff, 0x3fff), 'fefefeff'],
  ] satisfies [HdlcAddress, string][])('%j is %s', (server, hex) => {
    const control = { kind: 'SNRM', pollFinal: true } as const;
    const source = { upper: 16, lower: null, octets: 1 } as const;
    const information = new Uint8Array();
    const frame = { segmented: false, destination: server, source, control, information };
    const bytes = encodeFrame(frame);
    expect(toHex(bytes.subarray(3, 3 + server.octets))).toBe(hex.replace(' ', ''));
    expect(readFrame(bytes)).toEqual(frame);
  });

  test('are written as people write them', () => {
    expect(addressText(serverAddress(1, 17))).toBe('1/17');
    expect(addressText(serverAddress(16, null))).toBe('16');
  });

  test('of three octets, or without an end, are refused', () => {
    const frame = frameNamed('UA without information');
    for (const [octets, text] of [
      [[0x02, 0x02, 0x03], '1, 2 or 4 octets, not 3'],
      [[0x02, 0x02, 0x02, 0x02, 0x03], 'more than 4 octets'],
    ] as const) {
      const [, high = 0, low = 0] = frame;
      const body = [high, low - 1 + octets.length, ...octets, ...frame.subarray(4, 6)];
      expect(() => decodeFrame(withFcs(body))).toThrow(text);
    }
  });

  test('that do not fit are no frame', () => {
    const frame = readFrame(frameNamed('UA without information'));
    const source = { upper: 128, lower: null, octets: 1 } as const;
    expect(() => encodeFrame({ ...frame, source })).toThrow('source address: 128 does not fit');
  });
});

test('every octet is a control field that is written back', () => {
  const octets = Array.from({ length: 256 }, (_, octet) => octet);
  expect(octets.map((octet) => encodeControl(decodeControl(octet)))).toEqual(octets);
  const kinds = new Set(octets.map((octet) => decodeControl(octet).kind));
  expect(kinds.size).toBe(11);
});

test.each([
  [0x96, 'I N(S)=3 N(R)=4 P/F'],
  [0x91, 'RR N(R)=4 P/F'],
  [0x13, 'UI P/F'],
  [0xef, 'unknown ef'],
])('control %i is shown as "%s"', (octet, text) => {
  expect(controlText(decodeControl(octet))).toBe(text);
});

describe('what is wrong is told', () => {
  const good = frameNamed('I-frame with AARQ').subarray(1, -1);
  test.each<[string, (bytes: Uint8Array) => Uint8Array | number[], string]>([
    ['a spoilt FCS', (bytes) => bytes.with(43, 0), 'FCS: 00c5 sent, e4c5 computed'],
    ['another format', (bytes) => bytes.with(0, 0x90), 'format: 902c is no frame format 3'],
    ['a wrong length', (bytes) => bytes.subarray(0, 20), 'frame length: 44 octets told, 20 came'],
    ['a spoilt HCS', (bytes) => withFcs([...bytes.with(6, 0).subarray(0, -2)]), 'HCS: 9f00 sent'],
    [
      'an HCS without information',
      (bytes) => withFcs([0xa0, 0x0a, ...bytes.subarray(2, 6), 0xb3, 0x99]),
      'HCS',
    ],
    ['no octets', () => [], 'format: 2 bytes wanted, 0 left at offset 0'],
  ])('%s', (_, spoil, text) => {
    expect(() => decodeFrame(Uint8Array.from(spoil(good)))).toThrow(text);
  });

  test('information beyond the length of a frame', () => {
    const frame = { ...decodeFrame(good), information: new Uint8Array(2040) };
    expect(() => encodeFrame(frame)).toThrow('2047 is the most');
  });
});

describe('parameters', () => {
  test('of the vectors are read and written back', () => {
    const first = readFrame(frameNamed('UA with parameters (max info 154/154, windows 1/1)'));
    const parameters = decodeParameters(first.information);
    expect(parameters).toEqual({
      informationTransmit: 154,
      informationReceive: 154,
      windowTransmit: 1,
      windowReceive: 1,
    });
    expect(encodeParameters(parameters)).toEqual(first.information);
    const second = readFrame(frameNamed('UA captured from the Gurux C server (128/128, 1/1)'));
    expect(decodeParameters(second.information)).toEqual(PARAMETER_DEFAULTS);
  });

  test('that are not there are the defaults, unknown ones are skipped', () => {
    expect(decodeParameters(new Uint8Array())).toEqual(PARAMETER_DEFAULTS);
    const unknownParameter = '0901ff';
    const unknownGroup = '0803aabbcc';
    const hex = `818006070107${unknownParameter}${unknownGroup}800406020400`;
    const read = decodeParameters(Buffer.from(hex, 'hex'));
    expect(read).toMatchObject({ windowTransmit: 7, informationReceive: 1024, windowReceive: 1 });
  });

  test.each([
    ['80', 'format identifier: 80'],
    ['8180', 'length of the group'],
    ['8180030501', 'group: 3 bytes wanted, 2 left'],
    ['8180020502', 'value of the parameter: 2 bytes wanted, 0 left'],
    ['8180060704 00000000'.replace(' ', ''), 'parameter 07: 0 is not within 1 to 7'],
  ])('%s: %s', (hex, text) => {
    expect(() => decodeParameters(Buffer.from(hex, 'hex'))).toThrow(text);
  });

  test('who asks for more than there is gets the most', () => {
    const asked = decodeParameters(Buffer.from('81800e0502ffff0602ffff07010808017f', 'hex'));
    expect(asked).toMatchObject({ informationTransmit: 2030, windowTransmit: 7 });
    expect(() => encodeParameters({ ...PARAMETER_DEFAULTS, windowReceive: 8 })).toThrow('window');
  });

  test('that are granted are the smaller ones, each end transmits what the other receives', () => {
    const own = {
      informationTransmit: 512,
      informationReceive: 256,
      windowTransmit: 7,
      windowReceive: 3,
    };
    const asked = {
      informationTransmit: 1024,
      informationReceive: 128,
      windowTransmit: 2,
      windowReceive: 5,
    };
    expect(granted(own, asked)).toEqual({
      informationTransmit: 128,
      informationReceive: 256,
      windowTransmit: 5,
      windowReceive: 2,
    });
  });

  test('any that are written are read back', () => {
    const information = fc.integer({ min: 1, max: 2030 });
    const window = fc.integer({ min: 1, max: 7 });
    const any = fc.record({
      informationTransmit: information,
      informationReceive: information,
      windowTransmit: window,
      windowReceive: window,
    });
    fc.assert(
      fc.property(any, (parameters) => {
        expect(decodeParameters(encodeParameters(parameters))).toEqual(parameters);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

test('any frame that is written is read back', () => {
  const address = fc.oneof(
    part(0x7f).map((upper): HdlcAddress => ({ upper, lower: null, octets: 1 })),
    fc
      .tuple(part(0x7f), part(0x7f))
      .map(([upper, lower]): HdlcAddress => ({ upper, lower, octets: 2 })),
    fc
      .tuple(part(0x3fff), part(0x3fff))
      .map(([upper, lower]): HdlcAddress => ({ upper, lower, octets: 4 })),
  );
  const frame = fc.record({
    segmented: fc.boolean(),
    destination: address,
    source: address,
    control: part(0xff).map(decodeControl),
    information: fc.uint8Array({ maxLength: 300 }),
  });
  fc.assert(
    fc.property(frame, (one) => {
      expect(readFrame(encodeFrame(one))).toEqual(one);
    }),
    { seed: 2, numRuns: 500 },
  );
});

test(
  'a million random and mutated frames are read and written back, or refused',
  { timeout: 240_000 },
  () => {
    const corpus = FRAMES.map((frame) => frame.subarray(1, -1));
    const outcomes = mutate(3, corpus, (bytes, random) => {
      // Without a good check sequence nothing behind it would ever be looked at.
      const sealed = random.below(2) === 0 ? bytes : withFcs([...bytes.subarray(0, -2)]);
      const frame = decodeFrame(sealed);
      if (toHex(encodeFrame(frame).subarray(1, -1)) !== toHex(sealed)) throw new Error('changed');
    });
    expect(outcomes.taken + outcomes.refused).toBe(MUTATIONS);
    expect(outcomes.taken).toBeGreaterThan(MUTATIONS / 1_000);
  },
);

test('a million random and mutated parameters are read, or refused', { timeout: 240_000 }, () => {
  const corpus = FRAMES.map((frame) => readFrame(frame).information).filter(
    ({ length }) => length > 0,
  );
  const outcomes = mutate(4, corpus, (bytes) => void decodeParameters(bytes));
  expect(outcomes.taken).toBeGreaterThan(MUTATIONS / 100);
});

/** The octets of a frame with the check sequence that belongs to them. */
function withFcs(body: readonly number[]): Uint8Array {
  let crc = 0xffff;
  for (const octet of body) {
    crc ^= octet;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  const check = crc ^ 0xffff;
  return Uint8Array.of(...body, check & 0xff, check >> 8);
}

function part(most: number) {
  return fc.integer({ min: 0, max: most });
}
