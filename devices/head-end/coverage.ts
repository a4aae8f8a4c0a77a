import type { TransactionAnswer } from '../protocol/centron-gprs/messages.ts';
import type { Shared } from './shared.ts';

type Waiting = (nowMs: number, answer: TransactionAnswer | null) => void;

/** Validates coverage: signal strength on record, before the first step of provisioning. PRV-08 */
export class CoverageDesk {
  readonly #shared: Shared;
  /** Who waits for the coverage of a meter that is being read. */
  readonly #reads = new Map<string, Waiting[]>();

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** Whether provisioning may begin its steps. */
  isValidated(serial: string): boolean {
    const { list, rules } = this.#shared;
    return list.row(serial).coverage !== null || !rules.coverageFirst();
  }

  /** Reads the coverage of a meter that has registered, unless it is on record. */
  validateOnce(nowMs: number, serial: string): void {
    if (!this.isValidated(serial)) this.validate(nowMs, serial, () => {});
  }

  /**
   * Reads the coverage of a meter that has none on record.
   * @param then once it was answered, or was not (null)
   */
  validate(nowMs: number, serial: string, then: Waiting): void {
    const others = this.#reads.get(serial);
    const waiting = others ?? [];
    waiting.push(then);
    if (others !== undefined) return;
    this.#reads.set(serial, waiting);
    this.#shared.transactions.ask(nowMs, {
      serial,
      transaction: { kind: 'read-coverage' },
      done: (atMs, answer) => {
        this.#reads.delete(serial);
        this.#take(atMs, serial, answer);
        for (const one of waiting) one(atMs, answer);
      },
    });
  }

  /** Registered meters whose coverage was not on record when the head-end stopped. */
  resume(nowMs: number): void {
    for (const [, { serial, state }] of this.#shared.store.masterList.entries()) {
      if (state === 'placed') this.validateOnce(nowMs, serial);
    }
  }

  #take(nowMs: number, serial: string, answer: TransactionAnswer | null): void {
    const { list, chronicle } = this.#shared;
    if (answer?.outcome !== 'coverage') {
      const why = answer === null ? 'no answer' : 'refused';
      chronicle.log(nowMs, serial, `coverage not validated: ${why}`);
      return;
    }
    const { rssiDbm } = answer;
    list.save({
      ...list.row(serial),
      coverage: { rssiDbm, validatedAtMs: chronicle.stampMs(nowMs) },
    });
    chronicle.log(nowMs, serial, `coverage validated: ${rssiDbm} dBm`);
    chronicle.publishRecord(nowMs, serial);
  }
}
