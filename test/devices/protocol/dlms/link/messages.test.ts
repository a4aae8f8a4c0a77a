import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  TransactionAnswer,
  Uplink,
} from '../../../../../devices/protocol/centron-gprs/messages.ts';
import { decodeApdu } from '../../../../../devices/protocol/dlms/apdu/decode.ts';
import { encodeApdu } from '../../../../../devices/protocol/dlms/apdu/encode.ts';
import type { XdlmsApdu } from '../../../../../devices/protocol/dlms/apdu/types.ts';
import {
  decodeTransaction,
  encodeTransaction,
} from '../../../../../devices/protocol/dlms/link/transaction.ts';
import {
  decodeTransactionAnswer,
  encodeTransactionAnswer,
} from '../../../../../devices/protocol/dlms/link/transaction-answer.ts';
import {
  decodePush,
  decodePushAnswer,
  encodePush,
  encodePushAnswer,
} from '../../../../../devices/protocol/dlms/link/uplink.ts';
import {
  answeredTransaction,
  answeredUplink,
  pin,
  transaction,
  uplink,
} from '../../centron-gprs/arbitraries.ts';

const NAME = 'MBX0000060000001';
const id = fc.integer({ min: 0, max: 0xff_ffff });

/** Through bytes and back, as what it is. */
function sent<S extends XdlmsApdu['service']>(apdu: XdlmsApdu & { service: S }) {
  const read = decodeApdu(encodeApdu(apdu));
  if (read.service !== apdu.service) throw new Error(`${read.service} instead of ${apdu.service}`);
  return read as Extract<XdlmsApdu, { service: S }>;
}

function hasIntervals(one: Uplink): boolean {
  return one.kind !== 'interval-report' || one.block.pulses.length > 0;
}

describe('the messages of the profile over DLMS', () => {
  test('an uplink is a push that means the same', () => {
    fc.assert(
      fc.property(uplink.filter(hasIntervals), id, (said, number) => {
        const { notification } = encodePush(NAME, said, number, null);
        const heard = sent(notification);
        expect(heard.longInvokeId.id).toBe(number);
        expect(decodePush(heard).uplink).toEqual(said);
      }),
    );
  });

  test('a compressed push means the same and tells what it weighed', () => {
    fc.assert(
      fc.property(uplink.filter(hasIntervals), (said) => {
        const plain = encodePush(NAME, said, 1, null);
        const packed = encodePush(NAME, said, 1, () => true);
        const heard = decodePush(sent(packed.notification));
        expect(heard.uplink).toEqual(said);
        expect(heard.saidBytes).toBe(plain.sentBytes);
        expect(heard.sentBytes).toBe(packed.sentBytes);
      }),
    );
  });

  test('what a host says to a push arrives', () => {
    fc.assert(
      fc.property(answeredUplink, id, ([kind, answer], number) => {
        const heard = decodePushAnswer(sent(encodePushAnswer(number, answer)));
        expect(heard.answers).toBe(number);
        expect(heard.read(kind)).toEqual(answer);
      }),
    );
  });

  test('a transaction is one ACCESS that means the same, with its PIN or without', () => {
    fc.assert(
      fc.property(transaction, pin, id, (asked, secret, number) => {
        const heard = sent(encodeTransaction(asked, secret, number));
        expect(heard.longInvokeId.id).toBe(number);
        expect(decodeTransaction(heard)).toEqual({ transaction: asked, pin: secret });
      }),
    );
  });

  test('the answer to a transaction arrives', () => {
    const secret = new Uint8Array(20);
    fc.assert(
      fc.property(transaction, answeredTransaction, (asked, [kind, answer]) => {
        fc.pre(asked.kind === kind && isSayable(answer));
        const request = encodeTransaction(asked, secret, 1);
        const response = encodeTransactionAnswer(kind, answer, true, request);
        expect(decodeTransactionAnswer(kind, sent(response))).toEqual(answer);
      }),
    );
  });
});

/** Refusals for which DLMS has a word of its own. */
const SAYABLE = new Set(['bsy', 'isc', 'sns', 'dnr', 'onp', 'iar', 'dlk', 'err']);

function isSayable(answer: TransactionAnswer): boolean {
  if (answer.outcome === 'refused') return SAYABLE.has(answer.code);
  return answer.outcome !== 'intervals' || answer.block.pulses.length > 0;
}
