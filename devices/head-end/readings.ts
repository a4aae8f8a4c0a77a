import type { IntervalReading, ReadAnswer } from '../domain/northbound.ts';
import type { IntervalBlock } from '../protocol/centron-gprs/messages.ts';
import { encodeTransaction } from '../protocol/centron-gprs/transaction.ts';
import { RESPONSE_MEANINGS } from '../protocol/psem/response-code.ts';
import { flagText } from './interval-flags.ts';
import type { Shared } from './shared.ts';

/** Interval data: pushed by meters, or read from them. RD-01, RD-03, RD-09 */
export class ReadingDesk {
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** Keeps interval data and tells it northbound; a report that came before is told once. */
  take(
    nowMs: number,
    serial: string,
    block: IntervalBlock,
    by: IntervalReading['by'],
  ): IntervalReading {
    const { store, chronicle, rules } = this.#shared;
    const reading = { serial, ...block, receivedAtMs: chronicle.stampMs(nowMs), by };
    const key = `${serial}/${by}/${block.endMinutes}`;
    if (by === 'push' && store.readings.get(key) !== undefined) return reading;
    store.readings.put(key, reading);
    this.#logFlags(nowMs, reading);
    if (by === 'push') this.#count(serial, reading.receivedAtMs);
    chronicle.publish(nowMs, { type: 'interval-reading', reading });
    if (by === 'push' && rules.asksAfterReport()) this.read(nowMs, serial, 1, () => undefined);
    return reading;
  }

  /** One entry for each flagged interval, however often it comes. RD-02 */
  #logFlags(nowMs: number, { serial, status, endMinutes, intervalMinutes }: IntervalReading): void {
    const { store, chronicle, rules } = this.#shared;
    const flagged = [...status.entries()].filter(([, byte]) => rules.flaggedIntervalLogged(byte));
    if (flagged.length === 0) return;
    const known = new Set(store.loggedEvents.of(serial).map(({ what }) => what));
    for (const [place, byte] of flagged) {
      const what = flagText(endMinutes - (status.length - 1 - place) * intervalMinutes, byte);
      if (!known.has(what)) chronicle.log(nowMs, serial, what);
    }
  }

  #count(serial: string, receivedAtMs: number): void {
    const { list } = this.#shared;
    const row = list.row(serial);
    list.save({ ...row, reports: row.reports + 1, lastReportAtMs: receivedAtMs });
  }

  /** Of these meters those whose schedule says that they should have reported. SCH-02, SCH-03 */
  missing(nowMs: number, serials: readonly string[]): readonly string[] {
    const { list, rules, chronicle } = this.#shared;
    return serials.filter((serial) => {
      const { settings, lastRegisteredAtMs, lastReportAtMs } = list.row(serial);
      const everyMinutes = settings?.pushEveryMinutes ?? 0;
      // Nobody says when a meter without a schedule should report.
      if (everyMinutes === 0) return false;
      const lastMs = lastReportAtMs ?? lastRegisteredAtMs ?? 0;
      return rules.reportMissing(chronicle.stampMs(nowMs) - lastMs, everyMinutes);
    });
  }

  /**
   * Reads a meter, if it may be read. `done` comes once, before this returns when it may not.
   * @throws CodecError for a number of intervals that no read can ask, NotInManifest
   */
  read(
    nowMs: number,
    serial: string,
    intervals: number,
    done: (nowMs: number, answer: ReadAnswer) => void,
  ): void {
    checkIntervals(intervals);
    const { list, rules, transactions } = this.#shared;
    const refusal = rules.readRefusal(list.row(serial).state);
    if (refusal !== null) {
      done(nowMs, { outcome: 'refused', reason: refusal });
      return;
    }
    transactions.ask(nowMs, {
      serial,
      transaction: { kind: 'read-intervals', count: intervals },
      done: (atMs, answer) => {
        if (answer?.outcome === 'intervals') {
          const reading = this.take(atMs, serial, answer.block, 'read');
          done(atMs, { outcome: 'read', reading });
        } else if (answer?.outcome === 'refused') {
          const reason = `the meter refused: ${RESPONSE_MEANINGS[answer.code]}`;
          done(atMs, { outcome: 'refused', reason });
        } else done(atMs, { outcome: 'no answer' });
      },
    });
  }
}

/** @throws CodecError for a number of intervals that no read can ask */
export function checkIntervals(count: number): void {
  encodeTransaction({ kind: 'read-intervals', count }, null);
}
