/** The messages of the profile as bodies of payloads, and back: what `centron-gprs` does for C12.22. */
import type { TransactionKind } from '../../domain/northbound.ts';
import { CodecError } from '../bytes/codec-error.ts';
import type {
  Transaction,
  TransactionAnswer,
  Uplink,
  UplinkAnswer,
  UplinkKind,
} from '../centron-gprs/messages.ts';
import {
  TRANSACTION_ANSWER_BODIES,
  TRANSACTION_BODIES,
  UPLINK_ANSWER_BODIES,
  UPLINK_BODIES,
} from './bodies.ts';
import type { Body, ReceivedBody } from './payload.ts';
import type { Shape } from './shapes.ts';

/** Which shape belongs to a kind is checked where they are listed; here the pair is a union. */
function shapeOf<T, K extends string>(shapes: Readonly<Record<K, unknown>>, kind: K): Shape<T> {
  return shapes[kind] as Shape<T>;
}

function written<T>(shape: Shape<T>, name: string, value: T): Body {
  return shape.write(name, value) as Body;
}

/** What a module says by itself. @throws CodecError when a value does not fit its member */
export function encodeUplink(uplink: Uplink): Body {
  return written(shapeOf<Uplink, UplinkKind>(UPLINK_BODIES, uplink.kind), uplink.kind, uplink);
}

/** Reads an uplink of the topic's kind. @throws CodecError */
export function decodeUplink(kind: UplinkKind, body: ReceivedBody): Uplink {
  const shape = shapeOf<Uplink, UplinkKind>(UPLINK_BODIES, kind);
  return { ...shape.read(kind, body), kind } as Uplink;
}

/** What the host says to an uplink that it does not refuse. */
function answerTo(kind: UplinkKind): Exclude<UplinkAnswer['outcome'], 'refused'> {
  if (kind === 'registration') return 'registered';
  return kind === 'clock-reference-request' ? 'clock-reference' : 'accepted';
}

/**
 * The host's answer to an uplink of this kind.
 * @throws CodecError when the answer does not belong to the kind, or a value does not fit
 */
export function encodeUplinkAnswer(kind: UplinkKind, answer: UplinkAnswer): Body {
  const { outcome } = answer;
  checkOutcome(kind, answerTo(kind), outcome);
  return written(shapeOf<UplinkAnswer, string>(UPLINK_ANSWER_BODIES, outcome), kind, answer);
}

/** Reads the answer to an uplink of this kind. @throws CodecError */
export function decodeUplinkAnswer(kind: UplinkKind, body: ReceivedBody): UplinkAnswer {
  const outcome = outcomeOf(kind, body, UPLINK_ANSWER_BODIES);
  checkOutcome(kind, answerTo(kind), outcome);
  return shapeOf<UplinkAnswer, string>(UPLINK_ANSWER_BODIES, outcome).read(kind, body);
}

/** What a module is asked; its PIN stands in the envelope. @throws CodecError */
export function encodeTransaction(transaction: Transaction): Body {
  const { kind } = transaction;
  const shape = shapeOf<Transaction, TransactionKind>(TRANSACTION_BODIES, kind);
  return written(shape, kind, transaction);
}

/** Reads a transaction of the topic's kind. @throws CodecError */
export function decodeTransaction(kind: TransactionKind, body: ReceivedBody): Transaction {
  const shape = shapeOf<Transaction, TransactionKind>(TRANSACTION_BODIES, kind);
  return { ...shape.read(kind, body), kind } as Transaction;
}

const DONE = 'done';
/** What a transaction that reads is answered; the others are done. */
const ANSWERS: Readonly<
  Partial<Record<TransactionKind, Exclude<TransactionAnswer['outcome'], 'refused'>>>
> = {
  'get-version': 'version',
  'read-parameters': 'parameters',
  'read-settings': 'settings',
  'read-intervals': 'intervals',
  'read-coverage': 'coverage',
};

/**
 * The module's answer to a transaction of this kind.
 * @param hadPin whether a PIN stood in its envelope
 * @throws CodecError when the answer does not belong to the kind, or a value does not fit
 */
export function encodeTransactionAnswer(
  kind: TransactionKind,
  answer: TransactionAnswer,
  hadPin: boolean,
): Body {
  const { outcome } = answer;
  checkOutcome(kind, ANSWERS[kind] ?? DONE, outcome);
  checkPin(kind, answer, hadPin);
  const shape = shapeOf<TransactionAnswer, string>(TRANSACTION_ANSWER_BODIES, outcome);
  return written(shape, kind, answer);
}

/**
 * Reads the answer to a transaction of this kind.
 * @param hadPin whether a PIN stood in its envelope
 * @throws CodecError
 */
export function decodeTransactionAnswer(
  kind: TransactionKind,
  body: ReceivedBody,
  hadPin: boolean,
): TransactionAnswer {
  const outcome = outcomeOf(kind, body, TRANSACTION_ANSWER_BODIES);
  checkOutcome(kind, ANSWERS[kind] ?? DONE, outcome);
  const shape = shapeOf<TransactionAnswer, string>(TRANSACTION_ANSWER_BODIES, outcome);
  const answer = shape.read(kind, body);
  checkPin(kind, answer, hadPin);
  return answer;
}

function checkPin(kind: TransactionKind, answer: TransactionAnswer, hadPin: boolean): void {
  if (answer.outcome !== 'refused' || !answer.wrongPin) return;
  if (hadPin && answer.code === 'isc') return;
  throw new CodecError(`${kind}: a wrong PIN was sent with it and is isc, not ${answer.code}`);
}

/** The outcome that a body tells, which says how to read the rest of it. */
function outcomeOf<O extends string>(
  kind: string,
  body: ReceivedBody,
  shapes: Readonly<Record<O, unknown>>,
): O {
  const told = body instanceof Map ? body.get('outcome') : undefined;
  const known = (Object.keys(shapes) as O[]).find((one) => one === told);
  if (known === undefined) throw new CodecError(`${kind}: an answer without a known outcome found`);
  return known;
}

function checkOutcome(kind: string, wanted: string, found: string): void {
  if (found === wanted || found === 'refused') return;
  throw new CodecError(`${kind}: '${wanted}' wanted, '${found}' found`);
}
