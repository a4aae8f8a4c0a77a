/** What a module is asked, as PSEM services for EPSEM, and what it answers. */
import type { TransactionKind } from '../../domain/northbound.ts';
import { CodecError } from '../bytes/codec-error.ts';
import type { C1222Request } from '../psem/network-service.ts';
import { encodeRequest } from '../psem/request.ts';
import { encodeResponse } from '../psem/response.ts';
import type { ReadPart } from '../psem/service.ts';
import type { Field } from './fields.ts';
import { MOST_INTERVALS } from './interval-block.ts';
import type { Transaction, TransactionAnswer } from './messages.ts';
import {
  decodeRequests,
  decodeResponses,
  decodeTable,
  encodeRefusal,
  encodeTableAnswer,
  encodeTableWrite,
  NotInProfile,
} from './profile-services.ts';
import { READ_LAYOUTS, TRANSACTION_TABLES, WRITE_LAYOUTS } from './tables.ts';

type ReadKind = keyof typeof READ_LAYOUTS;
type WriteKind = keyof typeof WRITE_LAYOUTS;

const KINDS = new Map<number, TransactionKind>(
  Object.entries(TRANSACTION_TABLES).map(([kind, table]) => [table, kind as TransactionKind]),
);

/** The PIN belongs to the device, not to one of its users. */
const USER_ID = 0;

function isWrite(kind: TransactionKind): kind is WriteKind {
  return kind in WRITE_LAYOUTS;
}

function isRead(kind: TransactionKind): kind is ReadKind {
  return kind in READ_LAYOUTS;
}

/**
 * The requests that ask a transaction.
 * @param pin the 20 bytes of a PSEM Security before it, or null for none
 * @throws CodecError when a value does not fit its field
 */
export function encodeTransaction(transaction: Transaction, pin: Uint8Array | null): Uint8Array[] {
  const request = encodeOwnRequest(transaction);
  if (pin === null) return [request];
  return [encodeRequest({ service: 'security', password: pin, userId: USER_ID }), request];
}

function encodeOwnRequest(transaction: Transaction): Uint8Array {
  const { kind } = transaction;
  const table = TRANSACTION_TABLES[kind];
  if (isWrite(kind)) return encodeTableWrite(table, writeLayoutOf(kind), transaction);
  return encodeRequest({ service: 'read', table, part: partOf(transaction) });
}

/** Which layout belongs to a kind is checked where they are listed; here the pair is a union. */
function writeLayoutOf(kind: WriteKind): Field<Transaction> {
  return WRITE_LAYOUTS[kind] as Field<Transaction>;
}

/** Intervals are elements of a table whose first one is the newest; other tables are read whole. */
function partOf(transaction: Transaction): ReadPart {
  if (transaction.kind !== 'read-intervals') return { by: 'whole' };
  return { by: 'index', index: [0], elements: checkedCount(transaction.count) };
}

function checkedCount(count: number): number {
  if (count >= 1 && count <= MOST_INTERVALS) return count;
  throw new CodecError(`count: 1 to ${MOST_INTERVALS} intervals wanted, ${count} found`);
}

/**
 * Reads the requests of an APDU as one transaction.
 * @returns `pin`: the 20 bytes of the Security before it, null when there is none
 * @throws CodecError when they are none; give it to refuseAll for the answer
 */
export function decodeTransaction(services: readonly Uint8Array[]): {
  transaction: Transaction;
  pin: Uint8Array | null;
} {
  const [first, ...others] = decodeRequests(services);
  const [request, ...beyond] = first.service === 'security' ? others : [first, ...others];
  if (request === undefined || beyond.length > 0) {
    throw new CodecError(`transaction: one request wanted, ${services.length} services found`);
  }
  const pin = first.service === 'security' ? first.password : null;
  return { transaction: decodeOwnRequest(request), pin };
}

function decodeOwnRequest(request: C1222Request): Transaction {
  if (request.service !== 'read' && request.service !== 'write') {
    throw new NotInProfile(`transaction: ${request.service} is not of the profile`, 'sns');
  }
  const { service, table, part } = request;
  const kind = KINDS.get(table);
  if (kind !== undefined && service === 'write' && isWrite(kind) && part.by === 'whole') {
    return { ...decodeTable(writeLayoutOf(kind), request.data, kind), kind } as Transaction;
  }
  if (kind !== undefined && service === 'read' && isRead(kind)) {
    if (kind !== 'read-intervals' && request.part.by === 'whole') return { kind };
    if (kind === 'read-intervals' && request.part.by === 'index' && isNewest(request.part.index)) {
      return { kind, count: checkedCount(request.part.elements) };
    }
  }
  throw new NotInProfile(`transaction: no such ${service} of table ${table} is known`, 'iar');
}

function isNewest(index: readonly number[]): boolean {
  return index.length === 1 && index[0] === 0;
}

/**
 * The responses to a transaction, one for each of its services.
 * @param hadPin whether a Security stood before it
 * @throws CodecError when the answer does not belong to the kind, or a value does not fit
 */
export function encodeTransactionAnswer(
  kind: TransactionKind,
  answer: TransactionAnswer,
  hadPin: boolean,
): Uint8Array[] {
  const isWrongPin = answer.outcome === 'refused' && answer.wrongPin;
  if (isWrongPin && (!hadPin || answer.code !== 'isc')) {
    throw new CodecError(`${kind}: a wrong PIN was sent with it and is isc, not ${answer.code}`);
  }
  const own = encodeOwnAnswer(kind, answer);
  if (!hadPin) return [own];
  return [isWrongPin ? encodeRefusal('isc') : encodeResponse({ answers: 'security' }), own];
}

function encodeOwnAnswer(kind: TransactionKind, answer: TransactionAnswer): Uint8Array {
  if (answer.outcome === 'refused') return encodeRefusal(answer.code);
  const wanted = isRead(kind) ? READ_LAYOUTS[kind].outcome : 'done';
  if (answer.outcome !== wanted) {
    throw new CodecError(`${kind}: '${wanted}' wanted, '${answer.outcome}' given`);
  }
  if (!isRead(kind)) return encodeResponse({ answers: 'write' });
  return encodeTableAnswer(answerLayoutOf(kind), answer);
}

function answerLayoutOf(kind: ReadKind): Field<TransactionAnswer> {
  return READ_LAYOUTS[kind].layout as Field<TransactionAnswer>;
}

/**
 * Reads the responses to a transaction of this kind.
 * @param hadPin whether a Security stood before it
 * @throws CodecError
 */
export function decodeTransactionAnswer(
  kind: TransactionKind,
  services: readonly Uint8Array[],
  hadPin: boolean,
): TransactionAnswer {
  const own = isRead(kind) ? 'read' : 'write';
  const responses = decodeResponses(kind, services, hadPin ? ['security', own] : [own]);
  for (const [index, response] of responses.entries()) {
    if (!('refused' in response)) continue;
    // Security is refused with isc for its password; with anything else it was not even looked at.
    const wrongPin = hadPin && index === 0 && response.refused === 'isc';
    return { outcome: 'refused', code: response.refused, wrongPin };
  }
  const answer = responses.at(-1);
  if (!isRead(kind) || answer === undefined || 'refused' in answer || answer.answers !== 'read') {
    return { outcome: 'done' };
  }
  const { outcome } = READ_LAYOUTS[kind];
  return { ...decodeTable(answerLayoutOf(kind), answer.data, kind), outcome } as TransactionAnswer;
}
