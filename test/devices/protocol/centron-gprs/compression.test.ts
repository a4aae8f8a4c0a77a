import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sentCompressed } from '../../../../devices/meter/rules/module.ts';
import { testIdentity } from '../../../../devices/domain/identity.ts';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import {
  bytesOf,
  compressServices,
  DICTIONARY,
  expandServices,
  MOST_DATA_BYTES,
} from '../../../../devices/protocol/centron-gprs/compression.ts';
import {
  COMPRESSED_TABLE,
  UPLINK_TABLES,
} from '../../../../devices/protocol/centron-gprs/tables.ts';
import { decodeUplink, encodeUplink } from '../../../../devices/protocol/centron-gprs/uplink.ts';
import { encodeRequest } from '../../../../devices/protocol/psem/request.ts';
import { uplink as anyUplink } from './arbitraries.ts';

const REGISTRATION = {
  kind: 'registration',
  identity: testIdentity(77),
  apTitle: '.1.78',
  registrationNumber: 3,
} as const;
const SAID = encodeUplink(REGISTRATION);

function fullWrite(table: number, data: Uint8Array): Uint8Array {
  return encodeRequest({ service: 'write', table, part: { by: 'whole' }, data });
}

/** A Write of the compressed table, as nobody honest would send it. */
function forged(table: number, length: number, deflated: Uint8Array): Uint8Array {
  const [low, high] = [table & 0xff, table >> 8];
  return fullWrite(
    COMPRESSED_TABLE,
    Uint8Array.of(low, high, length & 0xff, length >> 8, ...deflated),
  );
}

describe('what is sent compressed', () => {
  test('is shorter and means the same', () => {
    const sent = compressServices(SAID, sentCompressed);
    expect(bytesOf(sent)).toBeLessThan(bytesOf(SAID) * 0.6);
    expect(decodeUplink(sent)).toEqual(REGISTRATION);
    expect(expandServices(sent)).toEqual(SAID);
  });

  test('is never longer, whatever is said, and what is opened is equal', () => {
    fc.assert(
      fc.property(anyUplink, (uplink) => {
        const said = encodeUplink(uplink);
        const sent = compressServices(said, sentCompressed);
        expect(bytesOf(sent)).toBeLessThanOrEqual(bytesOf(said));
        expect(decodeUplink(sent)).toEqual(decodeUplink(said));
      }),
    );
  });

  test('is nothing of an alarm: so few bytes are not even tried', () => {
    const said = encodeUplink({ kind: 'last-gasp', outageNumber: 1, lostAtMs: 1.7e12 });
    const tried: number[] = [];
    const sent = compressServices(said, (bytes, compressed) => {
      return sentCompressed(bytes, () => {
        tried.push(bytes);
        return compressed();
      });
    });
    expect(sent).toEqual(said);
    expect(tried).toEqual([]);
  });

  test('is nothing that the other end would not believe', () => {
    const said = [fullWrite(UPLINK_TABLES.heartbeat, new Uint8Array(MOST_DATA_BYTES + 1))];
    expect(compressServices(said, () => true)).toEqual(said);
  });
});

function zeros(length: number): Uint8Array {
  return deflateSync(new Uint8Array(length), { dictionary: DICTIONARY });
}

describe('compressed bytes that are refused', () => {
  const table = UPLINK_TABLES['interval-report'];

  test.each([
    ['a bomb that tells its length', forged(table, 0xffff, zeros(0xffff)), /at most 2048 bytes/],
    [
      'a bomb that tells less',
      forged(table, 16, zeros(1_000_000)),
      /16 bytes of data wanted, more/,
    ],
    ['a byte more than told', forged(table, 99, zeros(100)), /99 bytes of data wanted, more found/],
    [
      'fewer bytes than told',
      forged(table, 101, zeros(100)),
      /101 bytes of data wanted, 100 found/,
    ],
    ['no deflate', forged(table, 16, Uint8Array.of(0xff, 0xff)), /no deflate/],
    ['nothing', forged(table, 16, new Uint8Array()), /compressed/],
    ['cut short', forged(table, 100, zeros(100).subarray(0, -1)), /compressed/],
    ['a table in itself', forged(COMPRESSED_TABLE, 100, zeros(100)), /a table in itself/],
    ['shorter than its head', fullWrite(COMPRESSED_TABLE, Uint8Array.of(1, 2, 3)), /length/],
  ])('%s', (_, service, message) => {
    expect(() => decodeUplink([service])).toThrow(CodecError);
    expect(() => decodeUplink([service])).toThrow(message);
  });

  test('no damage throws anything but the codec’s own error, or takes long', () => {
    const [register = new Uint8Array(), write = new Uint8Array()] = compressServices(
      SAID,
      sentCompressed,
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.nat(255), (noise, at, flip) => {
        const place = 5 + (at % (write.length - 6));
        const data = write.slice(5, -1);
        data[place - 5] = (data[place - 5] ?? 0) ^ flip;
        for (const bytes of [data, noise]) {
          try {
            decodeUplink([register, fullWrite(COMPRESSED_TABLE, bytes)]);
          } catch (error) {
            if (!(error instanceof CodecError)) throw error;
          }
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
