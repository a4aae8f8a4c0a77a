import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError, ShortRead } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { BerReader, BerWriter } from '../../../../devices/protocol/c12-22/ber.ts';

function written(write: (writer: BerWriter) => BerWriter): string {
  return toHex(write(new BerWriter()).finish());
}

describe('lengths', () => {
  test.each([
    [0, '00'],
    [127, '7f'],
    [128, '8180'],
    [255, '81ff'],
    [256, '820100'],
    [65_535, '82ffff'],
  ])('%i is written as %s and read back', (length, hex) => {
    const content = new Uint8Array(length).fill(0xaa);
    const bytes = new BerWriter().bytes(content).length('thing', 0).finish();
    expect(toHex(bytes.subarray(0, bytes.length - length))).toBe(hex);
    const reader = new BerReader(bytes);
    expect(reader.length('thing')).toBe(length);
    expect(reader.left).toBe(length);
  });

  test('longer forms than needed are read', () => {
    expect(new BerReader(fromHex('8105')).length('thing')).toBe(5);
    expect(new BerReader(fromHex('820005')).length('thing')).toBe(5);
  });

  test.each(['80', '83000005', 'ff'])('%s is none', (hex) => {
    expect(() => new BerReader(fromHex(hex)).length('thing')).toThrow(/^thing length: .*offset 0$/);
  });

  test('65536 bytes are too many', () => {
    const writer = new BerWriter().bytes(new Uint8Array(65_536));
    expect(() => writer.length('thing', 0)).toThrow('thing: at most 65535 bytes wanted');
  });
});

describe('integers', () => {
  test.each([
    [0, '020100'],
    [127, '02017f'],
    // Signed rules would put 00 in front of these.
    [128, '020180'],
    [255, '0201ff'],
    [256, '02020100'],
    [32_768, '02028000'],
    [65_536, '0203010000'],
    [2 ** 24, '020401000000'],
    [2 ** 32 - 1, '0204ffffffff'],
  ])('%i is as short as can be, and unsigned', (value, hex) => {
    expect(written((writer) => writer.unsigned('id', value))).toBe(hex);
    expect(new BerReader(fromHex(hex)).unsigned('id')).toBe(value);
  });

  test('a leading 00 of signed rules is read', () => {
    expect(new BerReader(fromHex('020500ffffffff')).unsigned('id')).toBe(2 ** 32 - 1);
  });

  test.each(['0200', '02050100000000', '0206000000000001', '030101'])('%s is none', (hex) => {
    expect(() => new BerReader(fromHex(hex)).unsigned('id')).toThrow(CodecError);
  });

  test.each([-1, 1.5, 2 ** 32, Number.NaN])('%d does not fit', (value) => {
    expect(() => new BerWriter().unsigned('id', value)).toThrow('id: ');
  });

  test('every one comes back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
        const bytes = new BerWriter().unsigned('id', value).finish();
        expect(bytes[2] === 0 && bytes.length > 3).toBe(false);
        expect(new BerReader(bytes).unsigned('id')).toBe(value);
      }),
      { seed: 1 },
    );
  });
});

test('a short read names the field, what was wanted, what is left, and where in the whole', () => {
  const outer = new BerReader(fromHex('6004a2020605'));
  const inner = outer.inside('APDU', 0x60).inside('called', 0xa2);
  inner.octet('title tag');
  inner.octet('title length');
  let thrown: unknown;
  try {
    inner.view('title', 5);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ShortRead);
  expect(thrown).toMatchObject({ field: 'title', wanted: 5, left: 0, offset: 6 });
});

test('another tag than the one wanted, and a tag of several bytes, are named', () => {
  expect(() => new BerReader(fromHex('8100')).inside('key id', 0x80)).toThrow(
    'key id tag: 80 wanted, 81 found at offset 0',
  );
  expect(() => new BerReader(fromHex('1f8101')).element('thing')).toThrow('1f begins a longer one');
});

test('a writer that outgrows its buffer keeps what it has, and writers may be nested', () => {
  const outer = new BerWriter().bytes(Uint8Array.of(9, 9));
  const inner = new BerWriter().bytes(new Uint8Array(1000).fill(7)).finish();
  const bytes = outer.bytes(inner).octet(1).finish();
  expect(toHex(bytes)).toBe(`01${'07'.repeat(1000)}0909`);
});
