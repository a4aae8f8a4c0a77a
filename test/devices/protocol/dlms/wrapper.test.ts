import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  decodeWpdu,
  encodeWpdu,
  WrapperReceiver,
  type Wpdu,
} from '../../../../devices/protocol/dlms/wrapper.ts';
import { DLMS } from './vectors.ts';

const port = fc.integer({ min: 0, max: 0xffff });
const wpdu: fc.Arbitrary<Wpdu> = fc.record({
  source: port,
  destination: port,
  apdu: fc.uint8Array({ maxLength: 200 }),
});

test.each(DLMS.wrapper)('$name is read and written', (vector) => {
  const unit = decodeWpdu(fromHex(vector.frame));
  expect(unit).toMatchObject({
    source: vector.source_wport,
    destination: vector.destination_wport,
  });
  expect(unit.apdu).toHaveLength(vector.length);
  expect(toHex(encodeWpdu(unit)).toUpperCase()).toBe(vector.frame);
});

test('however a stream is cut, the same units come out', () => {
  const cuts = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.array(wpdu, { maxLength: 5 }), cuts, (units, lengths) => {
      const stream = Buffer.concat(units.map(encodeWpdu));
      const receiver = new WrapperReceiver();
      const arrived: Wpdu[] = [];
      let at = 0;
      for (let turn = 0; at < stream.length; turn++) {
        // An empty piece is none of a stream, but must do no harm; the last one brings the rest.
        const length = lengths[turn] ?? stream.length;
        arrived.push(...receiver.receive(stream.subarray(at, at + length)));
        at += length;
      }
      expect(arrived).toEqual(units);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('units do not change with the buffer that they came in', () => {
  const buffer = Buffer.from(encodeWpdu({ source: 1, destination: 16, apdu: fromHex('c401c1') }));
  const receiver = new WrapperReceiver();
  receiver.receive(buffer.subarray(0, 9));
  const [unit] = receiver.receive(buffer.subarray(9));
  buffer.fill(0);
  expect(unit?.apdu).toEqual(fromHex('c401c1'));
});

test('a stream that is out of step is refused, as nothing marks the next unit', () => {
  const good = encodeWpdu({ source: 16, destination: 1, apdu: fromHex('c001') });
  const receiver = new WrapperReceiver();
  receiver.receive(good);
  expect(() => receiver.receive(Buffer.concat([fromHex('c001'), good]))).toThrow(
    'WPDU version: 1 wanted, 49153 found',
  );
});

test('an APDU longer than is waited for is refused by its header', () => {
  const receiver = new WrapperReceiver(1_024);
  expect(() => receiver.receive(fromHex('0001001000010401'))).toThrow(
    'APDU: at most 1024 octets wanted, 1025 announced',
  );
});

test.each([
  ['a header that is cut', '00010010000100'],
  ['an APDU that is cut', '0001001000010003c001'],
  ['octets after the APDU', '0001001000010001c001'],
  ['another version', '0002001000010001c0'],
])('a datagram with %s is refused', (_, hex) => {
  expect(() => decodeWpdu(fromHex(hex))).toThrow(CodecError);
});

test('an APDU too long for the wrapper is refused', () => {
  const apdu = new Uint8Array(0x1_0000);
  expect(() => encodeWpdu({ source: 1, destination: 1, apdu })).toThrow(CodecError);
});
