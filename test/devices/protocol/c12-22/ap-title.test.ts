import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../../devices/protocol/c12-22/ap-title.ts';
import { BerReader } from '../../../../devices/protocol/c12-22/ber.ts';
import { unlessRefused } from '../vectors.ts';

function read(hex: string): ApTitle {
  return ApTitle.read(new BerReader(fromHex(hex)), 'title');
}

test.each([
  ['.123.4', '80027b04', '060a607c86f7540116007b04'],
  ['.123.8437', '80037bc175', '060b607c86f7540116007bc175'],
  ['.0', '800100', '0609607c86f75401160000'],
  ['1.3.6.1.4.1.33507', '06082b06010401828563', '06082b06010401828563'],
  ['2.16.124.113620.1.22', '0607607c86f7540116', '0607607c86f7540116'],
  ['0.39', '060127', '060127'],
  ['1.39', '06014f', '06014f'],
  ['2.0', '060150', '060150'],
  ['2.999', '06028837', '06028837'],
  // A UUID as an arc is wider than any number of the language.
  [
    '2.25.340282366920938463463374607431768211455',
    '06146983ffffffffffffffffffffffffffffffffff7f',
    '06146983ffffffffffffffffffffffffffffffffff7f',
  ],
])('%s is written as %s and is %s', (text, uid, absolute) => {
  const title = ApTitle.of(text);
  expect(toHex(title.uid)).toBe(uid);
  expect(toHex(title.absolute)).toBe(absolute);
  expect(read(uid).toString()).toBe(text);
  expect(toHex(read(uid).absolute)).toBe(absolute);
});

test('a relative title, one of a draft and an absolute one may name the same node', () => {
  const titles = [
    read('80027b04'),
    read('0d027b04'),
    read('060a607c86f7540116007b04'),
    read('06810a607c86f7540116007b04'),
    ApTitle.of('.123.4'),
  ];
  for (const title of titles) {
    expect(title.isSameAs(ApTitle.of('2.16.124.113620.1.22.0.123.4'))).toBe(true);
    expect(title.isSameAs(ApTitle.of('.123.5'))).toBe(false);
    expect(title.isSameAs(ApTitle.of('.123.4.1'))).toBe(false);
    expect(title.toAbsoluteString()).toBe('2.16.124.113620.1.22.0.123.4');
    expect(toHex(title.absolute)).toBe('060a607c86f7540116007b04');
  }
});

test('a title is kept as it was sent, and does not change with the buffer it came in', () => {
  for (const uid of ['0d027b04', '80027b04', '06810a607c86f7540116007b04']) {
    const buffer = Buffer.from(uid, 'hex');
    const title = ApTitle.read(new BerReader(buffer), 'title');
    buffer.fill(0);
    expect(toHex(title.uid)).toBe(uid);
  }
});

describe('what is no title', () => {
  test.each(['', '.', '1', '3.1', '1.40', '1..2', '1.02', '-1.2', '1.2.', 'a.b', '.1e3'])(
    'the text %j',
    (text) => {
      expect(() => ApTitle.of(text)).toThrow('title: ');
    },
  );
  test.each([
    ['07027b04', '06 or 80 wanted, 07 found at offset 0'],
    ['8000', 'an object identifier wanted'],
    ['80027b84', 'an object identifier wanted'],
    ['80038001', '3 bytes wanted, 2 left'],
    ['80028001', 'an object identifier wanted'],
  ])('the bytes %s', (hex, why) => {
    expect(() => read(hex)).toThrow(why);
  });
});

test('random bytes are a title whose text leads back to it, or a CodecError', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0x06, 0x80, 0x0d, 0x02),
      fc.uint8Array({ maxLength: 30 }),
      (tag, body) => {
        const bytes = Uint8Array.of(tag, body.length, ...body);
        const title = unlessRefused(() => ApTitle.read(new BerReader(bytes), 'title'));
        if (title === undefined) return;
        expect(toHex(ApTitle.of(title.toString()).absolute)).toBe(toHex(title.absolute));
        expect(toHex(ApTitle.of(title.toAbsoluteString()).uid)).toBe(toHex(title.absolute));
      },
    ),
    { seed: 2, numRuns: 3000 },
  );
});
