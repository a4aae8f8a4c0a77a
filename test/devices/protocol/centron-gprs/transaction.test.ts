import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TRANSACTION_KINDS } from '../../../../devices/domain/northbound.ts';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import type {
  Transaction,
  TransactionAnswer,
} from '../../../../devices/protocol/centron-gprs/messages.ts';
import { refuseAll } from '../../../../devices/protocol/centron-gprs/profile-services.ts';
import {
  decodeTransaction,
  decodeTransactionAnswer,
  encodeTransaction,
  encodeTransactionAnswer,
} from '../../../../devices/protocol/centron-gprs/transaction.ts';
import { decodeRequest, encodeRequest } from '../../../../devices/protocol/psem/request.ts';
import { unlessRefused } from '../vectors.ts';
import { answeredTransaction, pin, transaction } from './arbitraries.ts';
import { refusalOf, servicesLike } from './services.ts';

const PIN = new Uint8Array(20).fill(0x39);
const GET_VERSION: Transaction = { kind: 'get-version' };
const WRONG_PIN: TransactionAnswer = { outcome: 'refused', code: 'isc', wrongPin: true };

/** What an answer to `read-parameters` with this table says. */
function decodeParameters(data: string, checksum: string): TransactionAnswer {
  const bytes = fromHex(`00 00${toHex(Uint8Array.of(data.length / 2))} ${data} ${checksum}`);
  return decodeTransactionAnswer('read-parameters', [bytes], false);
}

test('what a module is asked comes back as it was asked, with its PIN', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(transaction, pin, (asked, given) => {
      seen.add(asked.kind);
      expect(decodeTransaction(encodeTransaction(asked, given))).toEqual({
        transaction: asked,
        pin: given,
      });
    }),
    { seed: 1, numRuns: 2000 },
  );
  expect([...seen].sort()).toEqual([...TRANSACTION_KINDS].sort());
});

test('what a module answers comes back as it was answered', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(answeredTransaction, ([kind, answer, hadPin]) => {
      seen.add(`${kind} ${answer.outcome === 'refused'}`);
      const services = encodeTransactionAnswer(kind, answer, hadPin);
      expect(services).toHaveLength(hadPin ? 2 : 1);
      expect(decodeTransactionAnswer(kind, services, hadPin)).toEqual(answer);
    }),
    { seed: 2, numRuns: 3000 },
  );
  expect(seen.size).toBe(2 * TRANSACTION_KINDS.length);
});

test('whatever bytes come, nothing but a CodecError is thrown', () => {
  let [read, refused] = [0, 0];
  const asked = fc.tuple(transaction, pin).map(([one, given]) => encodeTransaction(one, given));
  fc.assert(
    fc.property(servicesLike(asked), (services) => {
      if (unlessRefused(() => decodeTransaction(services)) === undefined) refused++;
      else read++;
    }),
    { seed: 3, numRuns: 5000 },
  );
  const answers = answeredTransaction.map((answered) => encodeTransactionAnswer(...answered));
  const kinds = fc.constantFrom(...TRANSACTION_KINDS);
  fc.assert(
    fc.property(kinds, servicesLike(answers), fc.boolean(), (kind, services, hadPin) => {
      const decode = () => decodeTransactionAnswer(kind, services, hadPin);
      if (unlessRefused(decode) === undefined) refused++;
      else read++;
    }),
    { seed: 4, numRuns: 5000 },
  );
  expect(Math.min(read, refused)).toBeGreaterThan(500);
});

describe('the PIN', () => {
  test('stands first, in a Security with a user id as sessionless C12.22 has it', () => {
    const [security = new Uint8Array(), ...others] = encodeTransaction(GET_VERSION, PIN);
    expect(decodeRequest(security, 'c12-22')).toEqual({
      service: 'security',
      password: PIN,
      userId: 0,
    });
    expect(others).toEqual(encodeTransaction(GET_VERSION, null));
  });

  test('is read from a Security without user id too', () => {
    const security = encodeRequest({ service: 'security', password: PIN });
    const services = [security, ...encodeTransaction(GET_VERSION, null)];
    expect(decodeTransaction(services)).toEqual({ transaction: GET_VERSION, pin: PIN });
  });

  test('has 20 bytes, and is in no error', () => {
    const short = fromHex('313233343536');
    const error = refusalOf(() => encodeTransaction(GET_VERSION, short));
    expect(error.message).toContain('20 bytes wanted, 6 given');
    expect(error.message).not.toMatch(/31|123|49/);
  });

  test('that is wrong refuses Security and the request after it', () => {
    const services = encodeTransactionAnswer('get-version', WRONG_PIN, true);
    expect(services.map((one) => toHex(one))).toEqual(['03', '03']);
    expect(decodeTransactionAnswer('get-version', services, true)).toEqual(WRONG_PIN);
  });

  test('that is right leaves a refusal to the request', () => {
    const services = [fromHex('00'), fromHex('03')];
    const answer = decodeTransactionAnswer('get-version', services, true);
    expect(answer).toEqual({ outcome: 'refused', code: 'isc', wrongPin: false });
  });

  test('cannot be wrong when none was sent, or with another code', () => {
    expect(() => encodeTransactionAnswer('get-version', WRONG_PIN, false)).toThrow(CodecError);
    const other = { ...WRONG_PIN, code: 'bsy' } as const;
    expect(() => encodeTransactionAnswer('get-version', other, true)).toThrow('not bsy');
    const missing = decodeTransactionAnswer('get-version', [fromHex('03')], false);
    expect(missing).toMatchObject({ code: 'isc', wrongPin: false });
  });
});

describe('services that are no transaction', () => {
  const read = fromHex('300850');
  const security = Uint8Array.of(0x51, ...PIN, 0, 0);

  test.each([
    ['an unknown service', [fromHex('7f')], '02', 'service code 0x7f'],
    ['a service that the profile has not', [fromHex('20')], '02', 'identify'],
    ['an unknown table', [fromHex('300001')], '05', 'read of table 1 '],
    ['a Write of what is read', [fromHex('40085000 00 00')], '05', 'write of table 2128'],
    ['a Read of what is written', [fromHex('300851')], '05', 'read of table 2129'],
    ['a Read of a part', [fromHex('3f08500000000001')], '05', 'read of table 2128'],
    ['a Write of a part', [fromHex('4f08550000000002 0f00 f1')], '05', 'table 2133'],
    ['all intervals', [fromHex('300858')], '05', 'table 2136'],
    ['intervals before the newest', [fromHex('310858 0001 0004')], '05', 'table 2136'],
    ['intervals two levels deep', [fromHex('32085800000000 0004')], '05', 'table 2136'],
    ['no intervals', [fromHex('310858 0000 0000')], '01', '1 to 96 intervals'],
    ['97 intervals', [fromHex('310858 0000 0061')], '01', '97 found'],
    ['a parameter that is none', [fromHex('40085100 02 0600 fa')], '01', 'parameter 6'],
    ['a flag that is none', [fromHex('40085300 01 02 fe')], '01', '0 or 1 wanted'],
    ['a PIN alone', [security], '01', 'one request wanted'],
    ['two PINs', [security, security, read], '01', '3 services'],
    ['a PIN behind', [read, security], '01', '2 services'],
    ['two requests', [read, read], '01', '2 services'],
  ])('%s is refused', (_, services, code, why) => {
    const error = refusalOf(() => decodeTransaction(services));
    expect(error.message).toContain(why);
    expect(refuseAll(services, error).map((one) => toHex(one))).toEqual(services.map(() => code));
  });

  test('while the right ones are read', () => {
    expect(decodeTransaction([security, read]).transaction).toEqual(GET_VERSION);
    const intervals = decodeTransaction([fromHex('310858 0000 0060')]);
    expect(intervals.transaction).toEqual({ kind: 'read-intervals', count: 96 });
  });
});

test('a module that could not read what it was asked does not call the PIN wrong', () => {
  const unread = refuseAll([fromHex('7f'), fromHex('7f')], new CodecError('unreadable'));
  const answer = decodeTransactionAnswer('get-version', unread, true);
  expect(answer).toEqual({ outcome: 'refused', code: 'err', wrongPin: false });
});

describe('an answer', () => {
  const done: TransactionAnswer = { outcome: 'done' };

  test('that does not belong to the kind cannot be given', () => {
    expect(() => encodeTransactionAnswer('get-version', done, false)).toThrow("'version' wanted");
    const coverage = { outcome: 'coverage', rssiDbm: -80 } as const;
    expect(() => encodeTransactionAnswer('configure-push', coverage, false)).toThrow(
      "'done' wanted",
    );
    expect(encodeTransactionAnswer('configure-push', done, false)).toHaveLength(1);
  });

  test('with another number of responses than services is none', () => {
    const services = encodeTransactionAnswer('configure-push', done, false);
    expect(() => decodeTransactionAnswer('configure-push', services, true)).toThrow(
      '2 responses wanted, 1 found',
    );
    expect(decodeTransactionAnswer('configure-push', services, false)).toEqual(done);
  });

  test('with parameters that stand twice or out of order is none', () => {
    expect(() => decodeParameters('0200000000', 'fe')).toThrow("'apn' stands twice or too late");
    expect(() => decodeParameters('0201000000', 'fd')).toThrow("'apn' stands twice or too late");
    expect(decodeParameters('0200000100', 'fd')).toMatchObject({
      parameters: { apn: '', 'tms-address': '' },
    });
  });

  test('cannot hold a setting that would mean unset', () => {
    const settings = {
      intervalMinutes: 15,
      pushEveryMinutes: 0,
      declareAfterMs: 2 ** 32 - 1,
      restoreAfterMs: null,
      clockLowerMs: null,
      clockUpperMs: null,
      clockCycleMs: null,
    };
    const encode = (declareAfterMs: number) =>
      encodeTransactionAnswer(
        'read-settings',
        { outcome: 'settings', settings: { ...settings, declareAfterMs } },
        false,
      );
    expect(() => encode(2 ** 32 - 1)).toThrow('would mean unset');
    expect(encode(2 ** 32 - 2)).toHaveLength(1);
  });
});
