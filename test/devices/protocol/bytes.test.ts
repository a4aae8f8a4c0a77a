import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader } from '../../../devices/protocol/bytes/byte-reader.ts';
import { ByteWriter } from '../../../devices/protocol/bytes/byte-writer.ts';
import { CodecError, ShortRead } from '../../../devices/protocol/bytes/codec-error.ts';
import { crc16X25 } from '../../../devices/protocol/bytes/crc16.ts';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { ANSI } from './vectors.ts';

test('CRC-16/X-25 has the published check value', () => {
  const check = Number(ANSI.crc16_x25.check_ascii_123456789);
  expect(crc16X25(new TextEncoder().encode('123456789'))).toBe(check);
});

test('a short read names the field, what was wanted, what is left and where', () => {
  const reader = new ByteReader(fromHex('0102030405'));
  reader.bytes('head', 3);
  const error = thrownBy(() => reader.unsigned('seconds', 4, 'big-endian'));
  expect(error).toBeInstanceOf(ShortRead);
  expect(error).toMatchObject({ field: 'seconds', wanted: 4, left: 2, offset: 3 });
  expect(error).toBeInstanceOf(CodecError);
});

test('left-over bytes are an error', () => {
  const reader = new ByteReader(fromHex('0102'));
  reader.octet('one');
  expect(() => reader.end('thing')).toThrow('thing: 1 bytes left over at offset 1');
});

test('integers come back in both byte orders, signed and unsigned, up to six bytes', () => {
  const order = fc.constantFrom('big-endian' as const, 'little-endian' as const);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.maxSafeNat(),
      order,
      (length, seed, byteOrder) => {
        const unsigned = seed % 2 ** (8 * length);
        const signed = unsigned - 2 ** (8 * length - 1);
        const bytes = new ByteWriter()
          .unsigned('a', unsigned, length, byteOrder)
          .signed('b', signed, length, byteOrder)
          .finish();
        const reader = new ByteReader(bytes);
        expect(reader.unsigned('a', length, byteOrder)).toBe(unsigned);
        expect(reader.signed('b', length, byteOrder)).toBe(signed);
      },
    ),
    { seed: 1 },
  );
});

test('a value that its field cannot hold is refused', () => {
  expect(() => new ByteWriter().octet('count', 256)).toThrow(
    'count: 256 does not fit into 1 bytes',
  );
  expect(() => new ByteWriter().octet('count', 1.5)).toThrow(CodecError);
  expect(() => new ByteWriter().octet('count', -1)).toThrow(CodecError);
  expect(() => new ByteWriter().signed('zone', 128, 1, 'big-endian')).toThrow(CodecError);
});

test('hexadecimal text is read back, and only that', () => {
  expect(toHex(fromHex('0a FF'))).toBe('0aff');
  expect(() => fromHex('0')).toThrow(CodecError);
  expect(() => fromHex('xx')).toThrow(CodecError);
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
