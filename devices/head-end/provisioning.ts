/**
 * Provisioning: Get Version first and alone, then the steps that its answer asks for, at last the
 * meter's copy of its settings against the head-end's; in 30 minutes. PRV-01 to PRV-06, REG-13
 */
import type {
  Diagnosis,
  MeterSettings,
  ProvisioningRecord,
  TransactionKind,
} from '../domain/northbound.ts';
import type { TransactionAnswer } from '../protocol/centron-gprs/messages.ts';
import type { CoverageDesk } from './coverage.ts';
import { DueQueue } from './due-queue.ts';
import { checkSettings, completedBy, transactionOf } from './settings.ts';
import type { Shared } from './shared.ts';
import type { StoredProvisioning } from './store.ts';

/** When the rule is asked first whether provisioning is overdue, and how often afterwards. */
const OVERDUE_FROM_MS = 30 * 60_000 + 1;
const OVERDUE_AGAIN_MS = 1_000;

/** Provisionings of all meters, one step of each at a time. */
export class ProvisioningDesk {
  readonly #shared: Shared;
  readonly #coverage: CoverageDesk;
  /** Serial numbers, by when the 30 minutes of each are over. */
  readonly #due = new DueQueue<string>();

  constructor(shared: Shared, coverage: CoverageDesk) {
    this.#shared = shared;
    this.#coverage = coverage;
  }

  /** @throws CodecError when a setting fits no transaction, NotInManifest */
  begin(nowMs: number, serials: readonly string[], settings: MeterSettings): ProvisioningRecord[] {
    checkSettings(settings);
    for (const serial of serials) this.#shared.list.entry(serial);
    return serials.map((serial) => this.#beginOne(nowMs, serial, settings));
  }

  /** Goes on with what was under way when the head-end stopped. */
  resume(nowMs: number): void {
    const all = [...this.#shared.store.provisionings.entries()];
    for (const [serial, stored] of all.filter(([, { record }]) => record.state === 'running')) {
      const { record, startedAtHostMs } = stored;
      this.#due.add(startedAtHostMs + OVERDUE_FROM_MS, serial);
      const open = record.steps.findIndex(({ outcome }) => outcome === null);
      const step = record.steps[open];
      if (step !== undefined) this.#ask(nowMs, stored, open, step.transaction);
      else if (record.steps.length > 0) this.#proceed(nowMs, serial);
      else this.#coverThenProceed(nowMs, serial);
    }
  }

  wake(nowMs: number): void {
    for (let serial = this.#due.take(nowMs); serial !== undefined; serial = this.#due.take(nowMs)) {
      const stored = this.#running(serial);
      if (stored === null || stored.record.overdue) continue;
      if (!this.#markOverdue(nowMs, stored)) this.#due.add(nowMs + OVERDUE_AGAIN_MS, serial);
    }
  }

  wakeAtMs(): number {
    return this.#due.nextAtMs;
  }

  #beginOne(nowMs: number, serial: string, settings: MeterSettings): ProvisioningRecord {
    const { list, rules, chronicle } = this.#shared;
    const row = list.row(serial);
    const refusal = rules.provisioningRefusal(row.state);
    const record = newRecord(serial, chronicle.stampMs(nowMs), refusal);
    const stored = { record, settings, startedAtHostMs: nowMs };
    if (refusal !== null) {
      chronicle.log(nowMs, serial, `provisioning refused: ${refusal}`);
      // One that runs is not to be lost for another that was refused.
      if (this.#running(serial) === null) this.#save(stored);
      chronicle.publishProvisioning(nowMs, record);
      return record;
    }
    chronicle.log(nowMs, serial, 'provisioning requested');
    this.#save(stored);
    list.save({ ...row, state: 'provisioning' });
    chronicle.publishRecord(nowMs, serial);
    chronicle.publishProvisioning(nowMs, record);
    this.#due.add(nowMs + OVERDUE_FROM_MS, serial);
    this.#coverThenProceed(nowMs, serial);
    return record;
  }

  /** Coverage is on record before the first step. PRV-08 */
  #coverThenProceed(nowMs: number, serial: string): void {
    if (this.#coverage.isValidated(serial)) {
      this.#proceed(nowMs, serial);
      return;
    }
    this.#coverage.validate(nowMs, serial, (atMs, answer) => {
      const stored = this.#running(serial);
      if (stored === null) return;
      if (this.#coverage.isValidated(serial)) this.#proceed(atMs, serial);
      else this.#fail(atMs, stored, answer === null ? 'no answer' : 'step refused');
    });
  }

  /** Sends the next step; without one, and with all of them done, provisioning is done. */
  #proceed(nowMs: number, serial: string): void {
    const stored = this.#running(serial);
    const plan = stored && this.#planOf(stored);
    if (stored === null || plan === null) return;
    const { steps } = stored.record;
    const next = plan[steps.length];
    if (next !== undefined) this.#ask(nowMs, stored, steps.length, next);
    else if (steps.every(({ outcome }) => outcome === 'done')) this.#end(nowMs, stored, 'done');
  }

  /** All steps of a provisioning; null as long as they depend on an answer that is to come. */
  #planOf({ record, settings }: StoredProvisioning): readonly TransactionKind[] | null {
    const { rules, list } = this.#shared;
    const first = rules.firstTransaction();
    if (record.steps.length === 0) return [first];
    const isAwaited = first === 'get-version' && !rules.mayProceedBeforeVersion();
    const told = isAwaited ? null : (list.row(record.serial).identity?.moduleVersion ?? null);
    const version = record.moduleVersion ?? told;
    if (version === null) return null;
    const others = rules.stepsFor(version).filter((step) => step !== first);
    return [first, ...others.filter((step) => transactionOf(step, settings) !== null)];
  }

  #ask(nowMs: number, stored: StoredProvisioning, place: number, step: TransactionKind): void {
    const { record, settings, startedAtHostMs } = stored;
    const { serial } = record;
    const transaction = transactionOf(step, settings);
    if (transaction === null) return;
    this.#shared.transactions.ask(nowMs, {
      serial,
      transaction,
      // Who gave its version lives: a late answer counts until the 30 minutes are over. PRV-02
      patientUntilMs: step === 'get-version' ? 0 : startedAtHostMs + OVERDUE_FROM_MS,
      sent: (atMs) => this.#sent(atMs, serial, place, step),
      done: (atMs, answer) => this.#answered(atMs, serial, place, answer),
    });
  }

  /** Noted when it leaves for the first time: the time of its answer counts from there. PRV-03 */
  #sent(nowMs: number, serial: string, place: number, transaction: TransactionKind): void {
    const { rules, chronicle } = this.#shared;
    const stored = this.#running(serial);
    if (stored === null || place !== stored.record.steps.length) return;
    const { record } = stored;
    const sentAtMs = chronicle.stampMs(nowMs);
    const step = { transaction, sentAtMs, answeredAtMs: null, outcome: null };
    chronicle.log(nowMs, serial, `${transaction} sent`);
    this.#save({ ...stored, record: { ...record, steps: [...record.steps, step] } });
    if (transaction === 'get-version' && rules.mayProceedBeforeVersion()) {
      this.#proceed(nowMs, serial);
    }
  }

  #answered(nowMs: number, serial: string, place: number, answer: TransactionAnswer | null): void {
    const before = this.#running(serial);
    const transaction = before?.record.steps[place]?.transaction;
    if (before === null || transaction === undefined) return;
    this.#markOverdue(nowMs, before);
    const { chronicle } = this.#shared;
    const stored = withAnswer(
      this.#running(serial) ?? before,
      place,
      answer,
      chronicle.stampMs(nowMs),
    );
    this.#save(stored);
    if (answer !== null) chronicle.log(nowMs, serial, `${transaction} answered: ${answer.outcome}`);
    const cause = this.#causeOf(stored, transaction, answer);
    if (cause !== null) {
      this.#fail(nowMs, stored, cause);
      return;
    }
    const { steps } = stored.record;
    const isNewest = place === steps.length - 1;
    if (isNewest || steps.every(({ outcome }) => outcome !== null)) this.#proceed(nowMs, serial);
  }

  /** Why an answer ends provisioning; null when it goes on. */
  #causeOf(
    stored: StoredProvisioning,
    transaction: TransactionKind,
    answer: TransactionAnswer | null,
  ): Diagnosis['cause'] | null {
    const isVersion = transaction === 'get-version';
    if (answer === null) return stored.record.overdue && !isVersion ? 'overdue' : 'no answer';
    if (answer.outcome === 'refused') return isVersion ? 'version not given' : 'step refused';
    if (answer.outcome !== 'settings') return null;
    return this.#keepSettings(stored, answer.settings) ? null : 'step refused';
  }

  /** The head-end's copy, if the meter's is equal to it. REG-13, PRV-09 */
  #keepSettings({ record, settings }: StoredProvisioning, meter: MeterSettings): boolean {
    const { rules, list } = this.#shared;
    const pushes = record.steps.some(({ transaction }) => transaction === 'configure-push');
    const asked = { ...settings, pushEveryMinutes: pushes ? settings.pushEveryMinutes : 0 };
    const copy = completedBy(asked, meter);
    if (!rules.copiesAgree(copy, meter)) return false;
    const pushEveryMinutes = rules.scheduleHeld(copy.pushEveryMinutes);
    list.save({ ...list.row(record.serial), settings: { ...copy, pushEveryMinutes } });
    return true;
  }

  /** @returns whether it is overdue */
  #markOverdue(nowMs: number, stored: StoredProvisioning): boolean {
    const { rules, chronicle } = this.#shared;
    const { record, startedAtHostMs } = stored;
    if (record.overdue) return true;
    if (!rules.provisioningOverdue(nowMs - startedAtHostMs)) return false;
    const marked = { ...record, overdue: true, diagnosis: rules.diagnosisFor('overdue') };
    this.#save({ ...stored, record: marked });
    chronicle.log(nowMs, record.serial, 'provisioning overdue');
    chronicle.publishProvisioning(nowMs, marked);
    return true;
  }

  #fail(nowMs: number, stored: StoredProvisioning, cause: Diagnosis['cause']): void {
    const diagnosis = this.#shared.rules.diagnosisFor(cause);
    this.#end(nowMs, { ...stored, record: { ...stored.record, diagnosis } }, 'failed');
  }

  #end(nowMs: number, stored: StoredProvisioning, state: 'done' | 'failed'): void {
    const { list, chronicle } = this.#shared;
    const record = { ...stored.record, state, endedAtMs: chronicle.stampMs(nowMs) };
    const { serial, diagnosis } = record;
    this.#save({ ...stored, record });
    list.save({ ...list.row(serial), state: state === 'done' ? 'provisioned' : 'failed' });
    const why = state === 'failed' && diagnosis !== null ? `: ${diagnosis.cause}` : '';
    chronicle.log(nowMs, serial, `provisioning ${state}${why}`);
    chronicle.publishRecord(nowMs, serial);
    chronicle.publishProvisioning(nowMs, record);
  }

  #running(serial: string): StoredProvisioning | null {
    const stored = this.#shared.store.provisionings.get(serial);
    return stored?.record.state === 'running' ? stored : null;
  }

  #save(stored: StoredProvisioning): void {
    this.#shared.store.provisionings.put(stored.record.serial, stored);
  }
}

function newRecord(serial: string, stampMs: number, refusal: string | null): ProvisioningRecord {
  return {
    serial,
    state: refusal === null ? 'running' : 'refused',
    requestedAtMs: stampMs,
    endedAtMs: refusal === null ? null : stampMs,
    overdue: false,
    moduleVersion: null,
    steps: [],
    diagnosis: null,
    refusal,
  };
}

function withAnswer(
  stored: StoredProvisioning,
  place: number,
  answer: TransactionAnswer | null,
  stampMs: number,
): StoredProvisioning {
  const { record } = stored;
  const answered =
    answer === null
      ? { outcome: 'no answer' as const }
      : {
          outcome: answer.outcome === 'refused' ? ('refused' as const) : ('done' as const),
          answeredAtMs: stampMs,
        };
  const steps = record.steps.map((step, at) => (at === place ? { ...step, ...answered } : step));
  const moduleVersion = answer?.outcome === 'version' ? answer.moduleVersion : record.moduleVersion;
  return { ...stored, record: { ...record, steps, moduleVersion } };
}
