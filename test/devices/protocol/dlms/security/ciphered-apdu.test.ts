import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../../devices/protocol/bytes/hex.ts';
import { decodeApdu } from '../../../../../devices/protocol/dlms/apdu/decode.ts';
import { encodeApdu } from '../../../../../devices/protocol/dlms/apdu/encode.ts';
import {
  isCiphered,
  openApdu,
  sealApdu,
  type Keyring,
  type Protection,
} from '../../../../../devices/protocol/dlms/security/ciphered-apdu.ts';
import {
  AUTHENTICATED_ENCRYPTION,
  decodeSecurityControl,
} from '../../../../../devices/protocol/dlms/security/security-control.ts';
import { APDUS } from '../arbitraries.ts';
import { cryptoNamed, keysOf } from '../vectors.ts';

const TITLE = fromHex('4D4D4D0000BC614E');
const OTHER_TITLE = fromHex('4142434445464748');
const COUNTER = 0x0123_4567;
const PLAIN = fromHex('C0010000080000010000FF0200');
const KEYS = keysOf();
const KEYRING: Keyring = { systemTitle: TITLE, keys: () => KEYS };

function protection(changes: Partial<Protection> = {}): Protection {
  return {
    form: 'glo',
    control: AUTHENTICATED_ENCRYPTION,
    keys: KEYS,
    systemTitle: TITLE,
    counter: COUNTER,
    ...changes,
  };
}

describe.each([
  'glo-get-request, authentication only',
  'glo-get-request, encryption only',
  'glo-get-request, authenticated encryption',
  'glo-initiateRequest with a dedicated key',
])('the Green Book: %s', (name) => {
  const vector = cryptoNamed(name);
  const control = decodeSecurityControl(Number.parseInt(vector.security_control, 16));

  test('is sealed to its octets', () => {
    const plain = fromHex(vector.plaintext);
    expect(toHex(sealApdu(plain, protection({ control }))).toUpperCase()).toBe(vector.apdu);
    expect(toHex(plain).toUpperCase()).toBe(vector.plaintext);
  });

  test('is opened to its plaintext', () => {
    const octets = fromHex(vector.apdu);
    expect(openApdu(octets, KEYRING)).toEqual({
      outcome: 'good',
      form: 'glo',
      control,
      counter: COUNTER,
      systemTitle: TITLE,
      apdu: fromHex(vector.plaintext),
    });
    expect(toHex(octets).toUpperCase()).toBe(vector.apdu);
  });
});

test('a push in general-glo-ciphering is opened by the title that it carries', () => {
  const vector = cryptoNamed('general-glo-ciphering around');
  const keys = keysOf(vector);
  const opened = openApdu(fromHex(vector.apdu), { systemTitle: null, keys: () => keys });
  expect(opened).toMatchObject({
    outcome: 'good',
    form: 'general-glo',
    systemTitle: fromHex('2F19229199164103'),
    counter: 0x1e5,
    apdu: fromHex(vector.plaintext),
  });
  if (opened.outcome !== 'good' || opened.systemTitle === null) throw new Error('good is wanted');
  expect(toHex(sealApdu(opened.apdu, { ...opened, systemTitle: opened.systemTitle, keys }))).toBe(
    vector.apdu.toLowerCase(),
  );
  expect(decodeApdu(opened.apdu).service).toBe('data-notification');
});

describe('tags of ciphered APDUs', () => {
  test.each([
    ['01', '21', '41'],
    ['08', '28', '48'],
    ['0e', '2e', '4e'],
    ['c0', 'c8', 'd0'],
    ['c1', 'c9', 'd1'],
    ['c2', 'ca', 'd2'],
    ['c3', 'cb', 'd3'],
    ['c4', 'cc', 'd4'],
    ['c5', 'cd', 'd5'],
    ['c7', 'cf', 'd7'],
  ])('%s is %s with the global key and %s with the dedicated one', (plain, glo, ded) => {
    const apdu = fromHex(`${plain}0000`);
    for (const [form, tag] of [
      ['glo', glo],
      ['ded', ded],
    ] as const) {
      const sealed = sealApdu(apdu, protection({ form }));
      expect(toHex(sealed.subarray(0, 1))).toBe(tag);
      expect(isCiphered(sealed)).toBe(true);
      expect(openApdu(sealed, KEYRING)).toMatchObject({ outcome: 'good', form, apdu });
    }
  });

  test.each(['0f', 'd8', 'd9', 'da', '60'])('%s travels in a general form alone', (plain) => {
    const apdu = fromHex(`${plain}0000`);
    expect(() => sealApdu(apdu, protection())).toThrow(CodecError);
    expect(() => sealApdu(apdu, protection({ form: 'ded' }))).toThrow(CodecError);
    for (const form of ['general-glo', 'general-ded'] as const) {
      const sealed = sealApdu(apdu, protection({ form }));
      expect(openApdu(sealed, KEYRING)).toMatchObject({ outcome: 'good', form, apdu });
    }
  });
});

test('any APDU comes back in any form, under any control', () => {
  const controls = [0x10, 0x20, 0x30, 0x50, 0x70].map(decodeSecurityControl);
  fc.assert(
    fc.property(
      fc.oneof(...APDUS),
      fc.constantFrom('general-glo', 'general-ded'),
      fc.constantFrom(...controls),
      fc.integer({ min: 0, max: 0xffff_ffff }),
      (apdu, form, control, counter) => {
        const plain = encodeApdu(apdu);
        const sealed = sealApdu(plain, protection({ form, control, counter }));
        expect(openApdu(sealed, KEYRING)).toEqual({
          outcome: 'good',
          form,
          control,
          counter,
          systemTitle: TITLE,
          apdu: plain,
        });
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

describe('what is not opened', () => {
  const sealed = sealApdu(PLAIN, protection());
  const head = { form: 'glo', control: AUTHENTICATED_ENCRYPTION, counter: COUNTER };

  test('an APDU in the clear is told as such', () => {
    expect(openApdu(PLAIN, KEYRING)).toEqual({ outcome: 'clear', apdu: PLAIN });
    expect(isCiphered(PLAIN)).toBe(false);
  });

  test('any octet that is changed makes the tag wrong, or the APDU none', () => {
    for (let at = 1; at < sealed.length; at++) {
      const changed = sealed.map((octet, index) => (index === at ? octet ^ 0x10 : octet));
      const outcome = ((): string => {
        try {
          const opened = openApdu(changed, KEYRING);
          // Without its flag there is no tag: whoever believes that must have asked for no proof.
          if (opened.outcome === 'good' && !opened.control.authenticated) return 'refused';
          return opened.outcome;
        } catch (error) {
          if (error instanceof CodecError) return 'refused';
          throw error;
        }
      })();
      expect(['bad-tag', 'refused', 'wrong-service']).toContain(outcome);
    }
  });

  test('another title or another key makes the tag wrong; both are told', () => {
    expect(openApdu(sealed, { ...KEYRING, systemTitle: OTHER_TITLE })).toEqual({
      ...head,
      outcome: 'bad-tag',
      systemTitle: OTHER_TITLE,
    });
    const other = keysOf({ ak: '00'.repeat(16) });
    expect(openApdu(sealed, { ...KEYRING, keys: () => other }).outcome).toBe('bad-tag');
  });

  test('without a key, or without a title, that is told', () => {
    expect(openApdu(sealed, { ...KEYRING, keys: () => undefined })).toMatchObject({
      ...head,
      outcome: 'unknown-key',
    });
    expect(openApdu(sealed, { ...KEYRING, systemTitle: null })).toMatchObject({
      ...head,
      outcome: 'no-title',
    });
  });

  test('an empty title in a general form is the one that both know', () => {
    const carried = sealApdu(PLAIN, protection({ form: 'general-glo' }));
    const empty = Uint8Array.of(0xdb, 0, ...carried.subarray(10));
    expect(openApdu(empty, KEYRING)).toMatchObject({ outcome: 'good', systemTitle: TITLE });
    expect(openApdu(empty, { ...KEYRING, systemTitle: null }).outcome).toBe('no-title');
  });

  test.each([
    ['suite 1', '31'],
    ['compression', 'b0'],
    ['no protection', '00'],
  ])('%s is not supported', (_, control) => {
    const octets = fromHex(`c81e${control}${toHex(sealed).slice(6)}`);
    expect(openApdu(octets, KEYRING).outcome).toBe('unsupported');
  });

  test('a SET within what is tagged as a GET is told', () => {
    const set = sealApdu(fromHex('C101C1000100002A0000FF0200'), protection());
    expect(openApdu(Uint8Array.of(0xc8, ...set.subarray(1)), KEYRING).outcome).toBe(
      'wrong-service',
    );
  });

  test.each([
    ['no content', 'c8'],
    ['a content that is cut', toHex(sealed).slice(0, 20)],
    ['octets after it', `${toHex(sealed)}00`],
    ['too little for a tag', 'c80a30000000010000000000'],
    ['a title of seven octets', 'db0741424344454647053000000001'],
  ])('%s is refused', (_, hex) => {
    expect(() => openApdu(fromHex(hex), KEYRING)).toThrow(CodecError);
  });
});

test.each<[string, Partial<Protection>]>([
  ['a title', { systemTitle: TITLE.subarray(1) }],
  ['a counter', { counter: 2 ** 32 }],
  ['no protection', { control: decodeSecurityControl(0) }],
  ['compression', { control: decodeSecurityControl(0xb0) }],
])('with %s that does not fit nothing is sealed', (_, changes) => {
  expect(() => sealApdu(PLAIN, protection(changes))).toThrow(CodecError);
});
