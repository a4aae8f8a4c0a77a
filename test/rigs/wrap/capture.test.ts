import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { createEaxPrimeCipher } from '../../../devices/protocol/c12-22/eax-prime.ts';
import { sealApdu } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import { encodeRequest } from '../../../devices/protocol/psem/request.ts';
import {
  HEAD_END_TITLE,
  meterTitle,
  testKey,
  testKeyId,
} from '../../../rigs/head-end/test-keys.ts';
import { CaptureFile } from '../../../rigs/wrap/capture-file.ts';
import { type Captured, CapturePart, readPart } from '../../../rigs/wrap/capture-part.ts';
import { missingPeers, output, PEERS_REQUIRED } from '../../interop/peers.ts';

const START_UTC_MS = Date.UTC(2026, 0, 1);
const MISSING = missingPeers({ tshark: ['tshark', '--version'] });

test.runIf(PEERS_REQUIRED)('tshark is here, as it is required', () => {
  expect(MISSING).toEqual([]);
});

let folder: string;

function apdu(index: number, iv: number, direction: Captured['direction']): Uint8Array {
  const meter = meterTitle(index);
  const [called, calling] = direction === 'up' ? [HEAD_END_TITLE, meter] : [meter, HEAD_END_TITLE];
  const request = encodeRequest({ service: 'read', table: 1, part: { by: 'whole' } });
  return sealApdu(
    { called, calling, callingInvocation: iv },
    { services: [request] },
    {
      mode: 'ciphered',
      cipher: createEaxPrimeCipher(testKey(index)),
      parameters: { keyId: testKeyId(index), iv },
      parametersFrom: 'apdu',
    },
  );
}

function captured(atNs: number, index: number, direction: Captured['direction'] = 'up'): Captured {
  return { atNs, index, direction, host: 'head-end', bytes: apdu(index, atNs, direction) };
}

/** Two parts that overlap in time; meters 44 and 300 have one key id and two keys. */
const PARTS: readonly (readonly Captured[])[] = [
  [captured(1, 44), captured(1_500_000_001, 44, 'down'), captured(3_000_000_000, 255)],
  [captured(2, 300), captured(1_500_000_000, 300, 'down'), captured(3_000_000_000, 256)],
];
const BY_TIME = [44, 300, 300, 44, 255, 256];

function writeParts(parts: readonly (readonly Captured[])[] = PARTS): string[] {
  return parts.map((datagrams, place) => {
    const path = join(folder, `part-${place}`);
    const part = new CapturePart(path);
    for (const { atNs, index, direction, host, bytes } of datagrams) {
      part.tap(atNs, index, direction, host, bytes);
    }
    part.close();
    return path;
  });
}

describe('parts of a capture', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'meterbench-capture-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('a part gives back what was tapped, in its order', () => {
    const many = Array.from({ length: 5_000 }, (_, number) => ({
      ...captured(number, 7, number % 2 === 0 ? 'up' : 'down'),
      host: number % 3 === 0 ? ('configuration-server' as const) : ('head-end' as const),
    }));
    const [path = ''] = writeParts([many]);
    const read = [...readPart(path)].map((one) => ({ ...one, bytes: toHex(one.bytes) }));
    expect(read).toEqual(many.map((one) => ({ ...one, bytes: toHex(one.bytes) })));
  });

  test('a record that was cut short is left out, those before it stay', () => {
    const [path = ''] = writeParts([[captured(1, 1), captured(2, 2)]]);
    truncateSync(path, readFileSync(path).length - 1);
    expect([...readPart(path)].map(({ atNs }) => atNs)).toEqual([1]);
  });

  test('merging tells how many datagrams there are, also when there are none', () => {
    const file = new CaptureFile({
      language: 'c12-22',
      path: join(folder, 'all.pcapng'),
      startUtcMs: START_UTC_MS,
    });
    expect(file.merge(writeParts())).toBe(6);
    expect(file.merge([])).toBe(0);
    expect(existsSync(join(folder, 'all.pcapng'))).toBe(true);
  });
});

const PREFERENCES = [
  'c1222.decrypt:TRUE',
  'c1222.baseoid:2.16.124.113620.1.22.0',
  'ip.check_checksum:TRUE',
  'udp.check_checksum:TRUE',
];
const pathOf = (ipVersion: 4 | 6): string => join(folder, `ipv${ipVersion}.pcapng`);
const wrongKey = (): Uint8Array => fromHex('00'.repeat(16));

/** A line of fields for each frame that the filter lets pass. */
async function tshark(
  ipVersion: 4 | 6,
  filter: string,
  fields: readonly string[],
  keysOf: readonly number[] = [],
  keyOf: (index: number) => Uint8Array = testKey,
): Promise<string[]> {
  const table = keysOf.flatMap((index) => [
    '-o',
    `uat:c1222_decryption_table:"${testKeyId(index).toString(16).padStart(2, '0')}",${toHex(keyOf(index))}`,
  ]);
  const text = await output('tshark', [
    ...PREFERENCES.flatMap((preference) => ['-o', preference]),
    ...table,
    ...`-r ${pathOf(ipVersion)} -T fields -E separator=|`.split(' '),
    '-Y',
    filter,
    ...fields.flatMap((field) => ['-e', field]),
  ]);
  return text.split('\n').slice(0, -1);
}

const why = MISSING.length === 0 ? '' : ` (skipped: ${MISSING.join(', ')} missing)`;

describe.skipIf(MISSING.length > 0)(`tshark reads the capture${why}`, () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'meterbench-capture-'));
    const parts = writeParts();
    for (const ipVersion of [4, 6] as const) {
      const options = {
        path: pathOf(ipVersion),
        startUtcMs: START_UTC_MS,
        language: 'c12-22',
        ipVersion,
      } as const;
      new CaptureFile(options).merge(parts);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('datagrams stand in the order of time, to the nanosecond', async () => {
    const times = await tshark(4, 'udp', ['frame.time_epoch']);
    const seconds = START_UTC_MS / 1_000;
    expect(times).toEqual([
      `${seconds}.000000001`,
      `${seconds}.000000002`,
      `${seconds + 1}.500000000`,
      `${seconds + 1}.500000001`,
      `${seconds + 3}.000000000`,
      `${seconds + 3}.000000000`,
    ]);
  });

  test('256 meters share an interface', async () => {
    const names = await tshark(4, 'udp', ['frame.interface_name']);
    expect(names).toEqual(BY_TIME.map((index) => CaptureFile.interfaceOf(index)));
    expect(new Set(names).size).toBe(2);
  });

  test.each([
    [4, 'ip', '10.0.0.45', '192.0.2.1'],
    [6, 'ipv6', 'fd00::2d', '2001:db8::1'],
  ] as const)(
    'IPv%i: meters and head-end have addresses of their own',
    async (version, layer, meter, server) => {
      const ends = await tshark(version, `frame.number == 1 or frame.number == 4`, [
        `${layer}.src`,
        `${layer}.dst`,
        'udp.srcport',
        'udp.dstport',
      ]);
      expect(ends).toEqual([`${meter}|${server}|1153|1153`, `${server}|${meter}|1153|1153`]);
    },
  );

  test('checksums are good and nothing is malformed', async () => {
    const goodOf = (version: 4 | 6, layer: string): Promise<string[]> =>
      tshark(version, `${layer}.checksum.status == "Good"`, ['frame.number']);
    expect(await goodOf(4, 'ip')).toHaveLength(6);
    expect(await goodOf(4, 'udp')).toHaveLength(6);
    expect(await goodOf(6, 'udp')).toHaveLength(6);
    expect(await tshark(4, '_ws.malformed', ['frame.number'])).toEqual([]);
    expect(await tshark(6, '_ws.malformed', ['frame.number'])).toEqual([]);
  });

  test.each([4, 6] as const)(
    'IPv%i: on its interface a key id opens every MAC',
    async (version) => {
      const good = await Promise.all(
        [
          [44, 255],
          [256, 300],
        ].map((keys) => {
          const name = CaptureFile.interfaceOf(keys[0] ?? 0);
          const filter = `c1222.crypto_good == 1 and frame.interface_name == "${name}"`;
          return tshark(version, filter, ['frame.number'], keys);
        }),
      );
      expect(good).toEqual([
        ['1', '4', '5'],
        ['2', '3', '6'],
      ]);
    },
  );

  test("control: with the keys of the other interface's meters every MAC is bad", async () => {
    const filter = `frame.interface_name == "${CaptureFile.interfaceOf(300)}"`;
    const others = [44, 0];
    expect(
      await tshark(4, `${filter} and c1222.crypto_good == 1`, ['frame.number'], others),
    ).toEqual([]);
    expect(
      await tshark(4, `${filter} and c1222.crypto_bad == 1`, ['frame.number'], others),
    ).toHaveLength(3);
  });

  test('control: with wrong keys every MAC is bad', async () => {
    const keys = [44, 255, 256];
    expect(await tshark(4, 'c1222.crypto_good == 1', ['frame.number'], keys, wrongKey)).toEqual([]);
    expect(await tshark(4, 'c1222.crypto_bad == 1', ['frame.number'], keys, wrongKey)).toHaveLength(
      6,
    );
  });
});
