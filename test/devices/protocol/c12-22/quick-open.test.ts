import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex } from '../../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../../devices/protocol/c12-22/ap-title.ts';
import { createTableEaxPrimeCipher } from '../../../../devices/protocol/c12-22/eax-prime-tables.ts';
import { QuickOpener } from '../../../../devices/protocol/c12-22/quick-open.ts';
import { openApdu, sealApdu } from '../../../../devices/protocol/c12-22/secure-apdu.ts';

const cipher = createTableEaxPrimeCipher(fromHex('00112233445566778899aabbccddeeff'));
const KEY_ID = 7;
const opener = new QuickOpener((_bytes, _from, _to, keyId) =>
  keyId === KEY_ID ? cipher : undefined,
);

function generally(bytes: Uint8Array): string {
  try {
    return openApdu(bytes, { cipher: (keyId) => (keyId === KEY_ID ? cipher : undefined) }).outcome;
  } catch (error) {
    if (error instanceof CodecError) return 'malformed';
    throw error;
  }
}

const unsigned32 = fc.integer({ min: 0, max: 0xffff_ffff });
const title = fc
  .array(fc.integer({ min: 0, max: 20_000_000 }), { minLength: 1, maxLength: 3 })
  .map((arcs) => ApTitle.of(`.1.${arcs.join('.')}`));

const apdu = fc
  .record({
    called: title,
    calling: title,
    number: fc.option(unsigned32, { nil: undefined }),
    urgent: fc.option(fc.boolean(), { nil: undefined }),
    services: fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), {
      minLength: 1,
      maxLength: 3,
    }),
    keyId: fc.constantFrom(KEY_ID, KEY_ID, KEY_ID, 8),
    iv: unsigned32,
  })
  .map(({ called, calling, number, urgent, services, keyId, iv }) => ({
    iv,
    bytes: sealApdu(
      {
        called,
        calling,
        ...(number !== undefined && { callingInvocation: number }),
        ...(urgent !== undefined && { qualifier: { urgent } }),
      },
      { services, response: 'never' },
      { mode: 'ciphered', cipher, parameters: { keyId, iv }, parametersFrom: 'apdu' },
    ),
  }));

test('what it says of an APDU is what the general way says, and the IV is right', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(apdu, ({ bytes, iv }) => {
      const outcome = generally(bytes);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      expect(opener.open(bytes)).toBe(outcome === 'good');
      expect(opener.iv).toBe(iv);
    }),
    { numRuns: 2000, seed: 5 },
  );
  expect(seen.get('good')).toBeGreaterThan(1000);
  expect(seen.get('unknown-key')).toBeGreaterThan(100);
});

test('a byte that was changed is never believed, as the general way does not believe it', () => {
  fc.assert(
    fc.property(apdu, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ bytes }, place, change) => {
      const spoiled = bytes.slice();
      const at = place % spoiled.length;
      spoiled[at] = (spoiled[at] ?? 0) ^ change;
      expect(generally(spoiled)).not.toBe('good');
      expect(opener.open(spoiled)).toBe(false);
    }),
    { numRuns: 4000, seed: 6 },
  );
});
