import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../../devices/protocol/c12-22/ap-title.ts';
import { decodeApdu } from '../../../../devices/protocol/c12-22/apdu.ts';
import type { ApduHead } from '../../../../devices/protocol/c12-22/apdu.ts';
import { canonify } from '../../../../devices/protocol/c12-22/canonify.ts';
import { createEaxPrimeCipher } from '../../../../devices/protocol/c12-22/eax-prime.ts';
import {
  decodeContent,
  decodeControl,
  encodeEpsem,
} from '../../../../devices/protocol/c12-22/epsem.ts';
import type { EpsemContent } from '../../../../devices/protocol/c12-22/epsem.ts';
import { openApdu, sealApdu } from '../../../../devices/protocol/c12-22/secure-apdu.ts';
import type { Keyring, Protection } from '../../../../devices/protocol/c12-22/secure-apdu.ts';
import { unlessRefused } from '../vectors.ts';
import { APDUS, keyringOf, parametersOf, PROTECTED_APDUS, wrongKey } from './vectors.ts';

const NO_KEYS: Keyring = { cipher: () => undefined };
const KEY = '00112233445566778899aabbccddeeff';
const HEAD: ApduHead = {
  called: ApTitle.of('.1.2'),
  calling: ApTitle.of('.123.4'),
  callingInvocation: 9,
};
const READ = { services: [fromHex('300001')] };

function protection(parts: Partial<Protection> = {}): Protection {
  return {
    mode: 'ciphered',
    cipher: createEaxPrimeCipher(fromHex(KEY)),
    parameters: { keyId: 3, iv: 0x6b00dabc },
    parametersFrom: 'apdu',
    ...parts,
  };
}

const KEYRING: Keyring = { cipher: () => createEaxPrimeCipher(fromHex(KEY)) };

describe.each(PROTECTED_APDUS)('$name', (vector) => {
  const bytes = fromHex(vector.apdu);
  const announced = decodeApdu(bytes).authentication !== undefined;

  test('its canonified cleartext is that of the vector', () => {
    expect(toHex(canonify(decodeApdu(bytes), parametersOf(vector)))).toBe(vector.canonified);
  });

  test('it is opened to the services of the vector, and stays as it is', () => {
    // As from a socket: slice() of a Buffer is a view, into which nothing may be deciphered.
    const received = Buffer.from(bytes);
    const opened = openApdu(received, keyringOf(vector));
    expect(opened).toMatchObject({
      outcome: 'good',
      parameters: parametersOf(vector),
      parametersFrom: announced ? 'apdu' : 'session',
    });
    if (opened.outcome !== 'good') return;
    expect(toHex(encodeEpsem(opened.content, 'clear').subarray(1))).toBe(vector.epsem);
    expect(toHex(received)).toBe(vector.apdu);
  });

  test('sealed again it is the same, MAC included', () => {
    const opened = openApdu(bytes, keyringOf(vector));
    if (opened.outcome !== 'good') throw new Error(opened.outcome);
    const again = sealApdu(opened.apdu, opened.content, {
      mode: vector.mode === 'auth' ? 'authenticated' : 'ciphered',
      cipher: createEaxPrimeCipher(fromHex(vector.key)),
      parameters: opened.parameters,
      parametersFrom: opened.parametersFrom,
    });
    expect(toHex(again)).toBe(vector.apdu);
    expect(toHex(again).slice(-8)).toBe(vector.mac);
  });

  test('it is not opened with another key, or without one', () => {
    const without = { ...keyringOf(vector), cipher: () => undefined };
    expect(openApdu(bytes, keyringOf(vector, wrongKey(vector.key))).outcome).toBe('bad-mac');
    expect(openApdu(bytes, without).outcome).toBe('unknown-key');
  });

  test('it needs a session, and the right one, exactly when it has no AC', () => {
    const keyring = keyringOf(vector);
    const { keyId, iv } = parametersOf(vector);
    const otherIv = { ...keyring, session: () => ({ keyId, iv: iv - 1 }) };
    const noSession: Keyring = { cipher: (id, apdu) => keyring.cipher(id, apdu) };
    expect(openApdu(bytes, otherIv).outcome).toBe(announced ? 'good' : 'bad-mac');
    expect(openApdu(bytes, noSession).outcome).toBe(announced ? 'good' : 'no-parameters');
  });

  test('a bit turned over anywhere is noticed', () => {
    for (let index = 0; index < bytes.length; index++) {
      const changed = bytes.slice();
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      const outcome = unlessRefused(() => openApdu(changed, keyringOf(vector)))?.outcome;
      // A key id that is another one finds no key.
      expect(['bad-mac', 'unknown-key', undefined]).toContain(outcome);
    }
  });
});

test.each(APDUS.filter(({ mode }) => mode === 'clear'))(
  '$name: its services are those of the vector, without any key',
  (vector) => {
    const opened = openApdu(fromHex(vector.apdu), NO_KEYS);
    if (opened.outcome !== 'clear') throw new Error(opened.outcome);
    expect(toHex(encodeEpsem(opened.content, 'clear').subarray(1))).toBe(vector.epsem);
    expect(toHex(sealApdu(opened.apdu, opened.content))).toBe(vector.apdu);
  },
);

describe('EPSEM', () => {
  test.each([
    [0x80, 'clear', 'always'],
    [0x85, 'authenticated', 'on-exception'],
    [0x8a, 'ciphered', 'never'],
  ] as const)('control %i is %s, answer %s', (byte, security, response) => {
    expect(decodeControl(byte)).toEqual({
      security,
      response,
      recoverySession: false,
      proxyService: false,
      hasEdClass: false,
    });
    expect(encodeEpsem({ response, services: [] }, security)[0]).toBe(byte);
  });

  test('recovery, proxy and end device class have their bits, the class its bytes', () => {
    const content: EpsemContent = {
      response: 'always',
      recoverySession: true,
      proxyService: true,
      edClass: fromHex('01020304'),
      services: [fromHex('20')],
    };
    const bytes = encodeEpsem(content, 'clear');
    expect(toHex(bytes)).toBe('f0010203040120');
    expect(decodeContent(decodeControl(0xf0), bytes.subarray(1))).toEqual(content);
  });

  test.each([0x00, 0x20, 0x83, 0x8c, 0x7f])('control %i has no meaning', (byte) => {
    expect(() => decodeControl(byte)).toThrow('EPSEM control: ');
  });

  test('a length of 0 ends the list, a service of 200 bytes has a length of two', () => {
    const control = decodeControl(0x80);
    const { services } = decodeContent(control, fromHex('012002700500ffff'));
    expect(services.map((one) => toHex(one))).toEqual(['20', '7005']);
    const long = encodeEpsem({ services: [new Uint8Array(200)] }, 'clear');
    expect(toHex(long.subarray(0, 3))).toBe('8081c8');
    expect(decodeContent(control, long.subarray(1)).services[0]).toHaveLength(200);
  });

  test('what cannot be a list is refused', () => {
    const control = decodeControl(0x90);
    expect(() => decodeContent(control, fromHex('010203'))).toThrow('ED class: 4 bytes wanted, 3');
    expect(() => decodeContent(control, fromHex('0000000003'))).toThrow('service: 3 bytes wanted');
    expect(() => encodeEpsem({ services: [new Uint8Array()] }, 'clear')).toThrow('empty');
    const edClass = new Uint8Array(3);
    expect(() => encodeEpsem({ edClass, services: [] }, 'clear')).toThrow('ED class: 4 bytes');
  });
});

describe('a protected APDU', () => {
  test('that ends before its MAC does is refused', () => {
    const short = fromHex('600abe08280681048800ffff');
    expect(() => openApdu(short, KEYRING)).toThrow('MAC: 4 bytes wanted, 3 left at offset 9');
    expect(() => openApdu(fromHex('6006be0428028100'), KEYRING)).toThrow('EPSEM control: 1 bytes');
  });

  test('whose cleartext is one block or less is neither sealed nor believed', () => {
    const parts = protection({ parametersFrom: 'session' });
    const session: Keyring = { ...KEYRING, session: () => parts.parameters };
    // Seven bytes of user information, key id and IV make 12, a mechanism its length and two more.
    const [sixteen, seventeen] = [
      { mechanism: new Uint8Array(2) },
      { mechanism: new Uint8Array(3) },
    ];
    expect(() => sealApdu({}, READ, parts)).toThrow('more than 16 bytes wanted, 12 given');
    expect(() => sealApdu(sixteen, READ, parts)).toThrow('more than 16 bytes wanted, 16 given');
    const sealed = sealApdu(seventeen, READ, parts);
    expect(openApdu(sealed, session).outcome).toBe('good');

    const cleartextOf12 = fromHex('600fbe0d280b8109880330000155555555');
    const cleartextOf16 = fromHex('60138b020000be0d280b8109880330000155555555');
    expect(openApdu(cleartextOf12, session).outcome).toBe('short-cleartext');
    expect(openApdu(cleartextOf16, session).outcome).toBe('short-cleartext');
  });

  test('whose services are authenticated only has them in its cleartext', () => {
    const parts = protection({ mode: 'authenticated', parametersFrom: 'session' });
    const services = [fromHex('3f00010000000010')];
    const session: Keyring = { ...KEYRING, session: () => parts.parameters };
    expect(openApdu(sealApdu({}, { services }, parts), session).outcome).toBe('good');
  });

  test('tells what a rule about replays needs, and decides nothing', () => {
    const bytes = sealApdu(HEAD, READ, protection());
    for (const opened of [openApdu(bytes, KEYRING), openApdu(bytes, KEYRING)]) {
      expect(opened).toMatchObject({
        outcome: 'good',
        parameters: { keyId: 3, iv: 0x6b00dabc },
        apdu: { callingInvocation: 9 },
      });
    }
  });

  test('asks the keyring for the key of its nodes', () => {
    const asked: string[] = [];
    openApdu(sealApdu(HEAD, READ, protection()), {
      cipher: (keyId, { called, calling }) => {
        asked.push(`${keyId} ${called?.toString()} ${calling?.toString()}`);
        return undefined;
      },
    });
    expect(asked).toEqual(['3 .1.2 .123.4']);
  });

  test('has one MAC, whether its titles travel relative or absolute', () => {
    const absolute = {
      ...HEAD,
      called: ApTitle.of('2.16.124.113620.1.22.0.1.2'),
      calling: ApTitle.of('2.16.124.113620.1.22.0.123.4'),
    };
    const [one, other] = [HEAD, absolute].map((head) => sealApdu(head, READ, protection()));
    expect(one?.length).toBeLessThan(other?.length ?? 0);
    expect(toHex(one?.subarray(-8) ?? new Uint8Array())).toBe(
      toHex(other?.subarray(-8) ?? new Uint8Array()),
    );
  });

  test('never shows its key when something is wrong', () => {
    const wrong = [
      () => sealApdu({}, READ, protection({ parametersFrom: 'session' })),
      () => sealApdu(HEAD, { services: [new Uint8Array()] }, protection()),
      () => sealApdu(HEAD, READ, protection({ parameters: { keyId: 999, iv: 0 } })),
      () => {
        const parameters = { keyId: 1, iv: -1 };
        return sealApdu(HEAD, READ, protection({ parameters, parametersFrom: 'session' }));
      },
    ];
    for (const work of wrong) {
      expect(work).toThrow(CodecError);
      expect(work).not.toThrow(new RegExp(KEY.slice(0, 8), 'i'));
    }
  });
});

const service = fc.uint8Array({ minLength: 1, maxLength: 200 });
const content: fc.Arbitrary<EpsemContent> = fc.record({
  response: fc.constantFrom('always', 'on-exception', 'never'),
  recoverySession: fc.boolean(),
  proxyService: fc.boolean(),
  services: fc.array(service, { maxLength: 5 }),
});
const sealing = fc.record({
  mode: fc.constantFrom('authenticated' as const, 'ciphered' as const),
  parametersFrom: fc.constantFrom('apdu' as const, 'session' as const),
  parameters: fc.record({
    keyId: fc.integer({ min: 0, max: 255 }),
    iv: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  }),
});

test('whatever is sealed is opened to the same, and not with a wrong key', () => {
  fc.assert(
    fc.property(content, sealing, (given, how) => {
      const bytes = sealApdu(HEAD, given, protection(how));
      const session = () => how.parameters;
      const opened = openApdu(bytes, { ...KEYRING, session });
      expect(opened).toMatchObject({
        outcome: 'good',
        content: given,
        parameters: how.parameters,
        parametersFrom: how.parametersFrom,
      });
      const other = createEaxPrimeCipher(fromHex(wrongKey(KEY)));
      expect(openApdu(bytes, { cipher: () => other, session }).outcome).toBe('bad-mac');
    }),
    { seed: 9, numRuns: 1000 },
  );
});

test('a changed APDU is not good, and throws nothing but a CodecError', () => {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(fc.constantFrom(...PROTECTED_APDUS), change, (vector, [at, flip]) => {
      const bytes = fromHex(vector.apdu);
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
      const opened = unlessRefused(() => openApdu(bytes, keyringOf(vector)));
      if (opened?.outcome !== 'good') return;
      // Titles count by the node that they name: the tag of a draft for the same one is no change.
      const changed = at % bytes.length;
      expect([fromHex(vector.apdu)[changed], bytes[changed]]).toEqual([0x80, 0x0d]);
    }),
    { seed: 10, numRuns: 5000 },
  );
});

test('a cut APDU is refused wherever it ends', () => {
  fc.assert(
    fc.property(fc.constantFrom(...APDUS), fc.nat(), ({ apdu }, cut) => {
      const bytes = fromHex(apdu);
      const short = bytes.subarray(0, cut % bytes.length);
      expect(unlessRefused(() => openApdu(short, KEYRING))).toBeUndefined();
    }),
    { seed: 12, numRuns: 2000 },
  );
});
