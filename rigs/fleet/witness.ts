import { MESSAGE_KINDS, type MessageKind } from '../../devices/domain/message.ts';
import { ALARM_KINDS, type TransactionKind } from '../../devices/domain/northbound.ts';
import type { MeterFields } from './fleet.ts';

const KIND_NUMBER = new Map<MessageKind, number>(
  MESSAGE_KINDS.map((kind, number) => [kind, number]),
);

/** The number under which a kind of message stands in a row of numbers. */
export function kindNumberOf(kind: MessageKind): number {
  return KIND_NUMBER.get(kind) ?? -1;
}

const ALARMS: ReadonlySet<MessageKind> = new Set(ALARM_KINDS);

/** An instant that never came, in a snapshot. */
const NEVER_CAME = 0;

/**
 * What a tap at each meter saw: messages that it said and transactions that reached it. It counts
 * beside the module, so that a module that counts wrongly does not vouch for itself.
 */
export class Witness {
  /** Messages said, a row of kinds for each meter. */
  readonly #said: Uint32Array;
  readonly #refused: Uint32Array;
  readonly #alarmsAcknowledged: Uint32Array;
  readonly #firstAutoConfigurationAtNs: Float64Array;
  readonly #lastParameterAtNs: Float64Array;
  readonly #parametersHeld: Uint8Array;
  readonly #firstRegistrationAtNs: Float64Array;
  readonly #registeredAtNs: Float64Array;
  readonly #confirmedAtNs: Float64Array;
  readonly #pushes: Uint32Array;
  readonly #earliestPushNs: Float64Array;
  readonly #latestPushNs: Float64Array;
  /** Transactions since the reset; only of meters that got any. */
  readonly #transactions = new Map<number, TransactionKind[]>();
  readonly #beforeVersion: Uint16Array;
  readonly #versionGiven: Uint8Array;

  constructor(count: number) {
    this.#said = new Uint32Array(count * MESSAGE_KINDS.length);
    this.#refused = new Uint32Array(count);
    this.#alarmsAcknowledged = new Uint32Array(count);
    this.#firstAutoConfigurationAtNs = new Float64Array(count);
    this.#lastParameterAtNs = new Float64Array(count);
    this.#parametersHeld = new Uint8Array(count);
    this.#firstRegistrationAtNs = new Float64Array(count);
    this.#registeredAtNs = new Float64Array(count);
    this.#confirmedAtNs = new Float64Array(count);
    this.#pushes = new Uint32Array(count);
    this.#earliestPushNs = new Float64Array(count);
    this.#latestPushNs = new Float64Array(count);
    this.#beforeVersion = new Uint16Array(count);
    this.#versionGiven = new Uint8Array(count);
  }

  said(row: number, atNs: number, kind: MessageKind): void {
    increase(this.#said, row * MESSAGE_KINDS.length + kindNumberOf(kind));
    if (kind === 'auto-configuration') keepFirst(this.#firstAutoConfigurationAtNs, row, atNs);
    else if (kind === 'registration') keepFirst(this.#firstRegistrationAtNs, row, atNs);
    else if (kind === 'registration-confirmed') keepFirst(this.#confirmedAtNs, row, atNs);
  }

  /** @param afterEndNs from the end of the interval to the push, by the meter's clock */
  pushed(row: number, afterEndNs: number): void {
    const before = this.#pushes[row] ?? 0;
    const earliestNs = before === 0 ? afterEndNs : (this.#earliestPushNs[row] ?? 0);
    const latestNs = before === 0 ? afterEndNs : (this.#latestPushNs[row] ?? 0);
    this.#pushes[row] = before + 1;
    this.#earliestPushNs[row] = Math.min(earliestNs, afterEndNs);
    this.#latestPushNs[row] = Math.max(latestNs, afterEndNs);
  }

  received(row: number, kind: TransactionKind, accepted: boolean): void {
    const list = this.#transactions.get(row);
    if (list === undefined) this.#transactions.set(row, [kind]);
    else list.push(kind);
    if (kind !== 'get-version' && this.#versionGiven[row] === 0) increase(this.#beforeVersion, row);
    if (kind === 'get-version' && accepted) this.#versionGiven[row] = 1;
  }

  /** What it said was answered. An alarm that was accepted must not be lost any more. OUT-10 */
  answered(row: number, kind: MessageKind, accepted: boolean): void {
    if (accepted && ALARMS.has(kind)) increase(this.#alarmsAcknowledged, row);
  }

  /**
   * The module holds so many parameters now. A server that repeats a write which was answered too late
   * gives it no further one: what counts is when the set grew last. REG-04
   */
  holdsParameters(row: number, atNs: number, count: number): void {
    if (count <= (this.#parametersHeld[row] ?? 0)) return;
    this.#parametersHeld[row] = count;
    this.#lastParameterAtNs[row] = atNs;
  }

  /** The head-end's answer made a placed meter of it. */
  registered(row: number, atNs: number): void {
    keepFirst(this.#registeredAtNs, row, atNs);
  }

  refused(row: number): void {
    increase(this.#refused, row);
  }

  /** Transactions and pushes are counted anew. */
  reset(row: number): void {
    this.#transactions.delete(row);
    this.#beforeVersion[row] = 0;
    this.#versionGiven[row] = 0;
    this.#pushes[row] = 0;
    this.#earliestPushNs[row] = 0;
    this.#latestPushNs[row] = 0;
  }

  /** Its part of SNAPSHOT_FIELDS.meter. */
  fields(row: number): MeterFields {
    const transactions = this.#transactions.get(row) ?? [];
    const first = row * MESSAGE_KINDS.length;
    const counts = this.#said.subarray(first, first + MESSAGE_KINDS.length);
    const saidOf = (kind: MessageKind): number => counts[kindNumberOf(kind)] ?? 0;
    return {
      autoConfigurations: saidOf('auto-configuration'),
      registrations: saidOf('registration'),
      confirmations: saidOf('registration-confirmed'),
      firstAutoConfigurationAt: this.#firstAutoConfigurationAtNs[row] ?? NEVER_CAME,
      lastParameterAt: this.#lastParameterAtNs[row] ?? NEVER_CAME,
      firstRegistrationAt: this.#firstRegistrationAtNs[row] ?? NEVER_CAME,
      registeredAt: this.#registeredAtNs[row] ?? NEVER_CAME,
      confirmedAt: this.#confirmedAtNs[row] ?? NEVER_CAME,
      transactions: transactions.join(', '),
      firstTransaction: transactions[0] ?? '',
      transactionsBeforeVersion: this.#beforeVersion[row] ?? 0,
      pushes: this.#pushes[row] ?? 0,
      earliestPush: this.#earliestPushNs[row] ?? 0,
      latestPush: this.#latestPushNs[row] ?? 0,
      messages: counts.reduce((sum, count) => sum + count, 0),
      apdusRefused: this.#refused[row] ?? 0,
      alarmsAcknowledged: this.#alarmsAcknowledged[row] ?? 0,
    };
  }
}

function increase(column: Uint32Array | Uint16Array, place: number): void {
  column[place] = (column[place] ?? 0) + 1;
}

function keepFirst(column: Float64Array, row: number, atNs: number): void {
  if (column[row] === NEVER_CAME) column[row] = atNs;
}
