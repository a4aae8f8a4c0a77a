import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../../devices/protocol/c12-22/ap-title.ts';
import { createTableEaxPrimeCipher } from '../../../../devices/protocol/c12-22/eax-prime-tables.ts';
import { canSealQuickly, sealQuickly } from '../../../../devices/protocol/c12-22/quick-seal.ts';
import {
  type Protection,
  sealApdu,
  sealGenerally,
} from '../../../../devices/protocol/c12-22/secure-apdu.ts';

const cipher = createTableEaxPrimeCipher(fromHex('00112233445566778899aabbccddeeff'));

const unsigned32 = fc.integer({ min: 0, max: 0xffff_ffff });
const title = fc
  .array(fc.integer({ min: 0, max: 20_000_000 }), { minLength: 1, maxLength: 3 })
  .map((arcs) => ApTitle.of(`.1.${arcs.join('.')}`));

function protectionOf(keyId: number, iv: number): Protection {
  return { mode: 'ciphered', cipher, parameters: { keyId, iv }, parametersFrom: 'apdu' };
}

test('what is sealed quickly is what is sealed generally, byte for byte', () => {
  const seen = { longLengths: 0 };
  fc.assert(
    fc.property(
      title,
      title,
      fc.option(unsigned32, { nil: undefined }),
      fc.option(unsigned32, { nil: undefined }),
      fc.option(fc.record({ test: fc.boolean(), urgent: fc.boolean() }), { nil: undefined }),
      fc.uint8Array({ minLength: 1, maxLength: 96, size: 'max' }),
      fc.constantFrom('always', 'on-exception', 'never'),
      fc.integer({ min: 0, max: 255 }),
      unsigned32,
      (
        called,
        calling,
        calledInvocation,
        callingInvocation,
        qualifier,
        service,
        response,
        ...key
      ) => {
        const head = {
          called,
          calling,
          ...(calledInvocation !== undefined && { calledInvocation }),
          ...(callingInvocation !== undefined && { callingInvocation }),
          ...(qualifier !== undefined && { qualifier }),
        };
        const content = { response, services: [service] } as const;
        const protection = protectionOf(...key);
        if (service.length > 80) seen.longLengths++;
        expect(canSealQuickly(head, content, protection)).toBe(true);
        const quick = sealQuickly(head, content, protection);
        expect(toHex(quick)).toBe(toHex(sealGenerally(head, content, protection)));
      },
    ),
    { numRuns: 3000, seed: 22 },
  );
  expect(seen.longLengths).toBeGreaterThan(100);
});

test('other shapes go the general way, and numbers that do not fit are refused as there', () => {
  const [called, calling] = [ApTitle.of('.2.1'), ApTitle.of('.1.7')];
  const services = [fromHex('40')];
  const head = { called, calling, callingInvocation: 1 };
  const good = protectionOf(1, 2);
  expect(canSealQuickly(head, { services }, { ...good, mode: 'authenticated' })).toBe(false);
  expect(canSealQuickly(head, { services }, { ...good, parametersFrom: 'session' })).toBe(false);
  expect(canSealQuickly({ called }, { services }, good)).toBe(false);
  expect(canSealQuickly(head, { services: [...services, ...services] }, good)).toBe(false);
  expect(canSealQuickly(head, { services: [new Uint8Array(97)] }, good)).toBe(false);
  expect(() => sealApdu(head, { services }, protectionOf(256, 2))).toThrow(CodecError);
  expect(() => sealApdu(head, { services }, protectionOf(1, 2 ** 32))).toThrow(CodecError);
  expect(() => sealApdu({ ...head, callingInvocation: -1 }, { services }, good)).toThrow(
    CodecError,
  );
});
