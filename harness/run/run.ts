import { messageOf } from '../../devices/domain/error-text.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import type { MessageKind } from '../../devices/domain/message.ts';
import { type Bench, BenchError, type Blame } from '../../rigs/port/bench.ts';
import type { Clock } from '../../rigs/port/clock.ts';
import type { Observation } from '../../rigs/port/observation.ts';
import type { EntryBody } from '../journal/entry.ts';
import type { Anchor, Plan, PlannedCase, PlannedStep } from '../plan/plan.ts';
import { CaseInstants } from '../tally/case-instants.ts';
import { JOURNALED_METERS } from '../tally/tally.ts';
import { CaseTallies } from './case-tallies.ts';
import { endOf, NOT_ENERGISED, type RunEnd, type TakenBack, worseOf } from './run-end.ts';
import { UndoStack } from './undo-stack.ts';
import { controlCame, windowsOf } from './windows.ts';

/** Where the run writes: appended at once, flushed at step ends and before anything is energised. */
export interface JournalSink {
  append(body: EntryBody): void;
  flush(): void;
  /** From here on lines carry the time of this clock: cases of one plan may have different ones. */
  keepTime(clock: Clock): void;
}

export interface RunProgress {
  readonly case: string;
  /** Cases done, and in all. */
  readonly done: number;
  readonly total: number;
}

export interface RunOptions {
  readonly plan: Plan;
  readonly journal: JournalSink;
  readonly runId: string;
  /** Texts that go into the journal as they are: plan.json first. */
  readonly files: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly text: string;
  }[];
  /** The bench for a case, ready to act; a simulated one is fresh, a real one is always the same. */
  benchFor(planned: PlannedCase): Promise<Bench>;
  /** Cancels the run; the bench is taken back all the same. */
  readonly signal: AbortSignal;
  /** Hears of errors that came out where nobody could catch them, until the returned call. */
  readonly onFailure: (listener: (error: unknown) => void) => () => void;
  progress(progress: RunProgress): void;
  /** Hears of every observation, also of those that are tallied and not journaled. */
  observed?(observation: Observation): void;
  /** Up to so many meters of a fleet every observation is journaled; of more, tallies are. */
  readonly journaledMeters?: number;
}

/** Patience with a performer beyond what its step is expected to take. */
const PATIENCE = 4;
const PATIENCE_NS = 120 * NS_PER_S;

/** Performs a plan and journals what happened. Judges nothing; throws only if the journal fails. */
export async function run(options: RunOptions): Promise<RunEnd> {
  const { plan, journal } = options;
  journal.append({
    kind: 'run-opened',
    format: 'meterbench-journal/1',
    runId: options.runId,
    seed: plan.seed,
    time: plan.time,
  });
  for (const file of options.files) journal.append({ kind: 'file', ...file });
  journal.flush();
  let end = NOT_ENERGISED;
  for (const [index, planned] of plan.cases.entries()) {
    if (options.signal.aborted || end.rigSafe === 'UNSAFE') break;
    options.progress({ case: planned.key, done: index, total: plan.cases.length });
    const next = await new CaseRun(options, planned).run();
    end = worseOf(end, next);
  }
  if (options.signal.aborted) journal.append({ kind: 'aborted', by: abortedBy(options.signal) });
  journal.append({ kind: 'run-closed', rigSafe: end.rigSafe });
  journal.flush();
  return end;
}

function abortedBy(signal: AbortSignal): string {
  const reason: unknown = signal.reason;
  return messageOf(reason);
}

interface Failure {
  readonly outcome: 'failed' | 'cancelled';
  readonly blame: Blame | null;
  readonly reason: string;
}

/** One case on one bench. */
class CaseRun {
  readonly #options: RunOptions;
  readonly #planned: PlannedCase;
  readonly #instants = new CaseInstants();
  /** Null when every observation is journaled. */
  readonly #tallies: CaseTallies | null;
  readonly #lastSeen = new Map<MessageKind, number>();
  /** Aborted with the journal's error when an observation could not be written. */
  readonly #journalFailed = new AbortController();
  /** Aborted when something of ours failed where no step could catch it. */
  readonly #broken = new AbortController();
  readonly #signal: AbortSignal;
  #step: string | null = null;
  #energised = false;
  #arrived: () => void = () => {};

  constructor(options: RunOptions, planned: PlannedCase) {
    this.#options = options;
    this.#planned = planned;
    const { signal, journaledMeters = JOURNALED_METERS } = options;
    const isLarge = planned.fleet !== null && planned.fleet.meters > journaledMeters;
    this.#tallies = isLarge ? new CaseTallies(planned) : null;
    this.#signal = AbortSignal.any([signal, this.#journalFailed.signal, this.#broken.signal]);
  }

  async run(): Promise<RunEnd> {
    const { journal } = this.#options;
    const key = this.#planned.key;
    let bench: Bench;
    try {
      bench = await this.#options.benchFor(this.#planned);
    } catch (error) {
      journal.append({ kind: 'case-opened', case: key });
      this.#tellHarnessError(error);
      journal.append({ kind: 'case-closed', case: key });
      return NOT_ENERGISED;
    }
    journal.keepTime(bench.clock);
    journal.append({ kind: 'case-opened', case: key });
    this.#mark(bench, { step: null, edge: 'start' });
    bench.listen((observation) => this.#observe(bench, observation));
    const stopListening = this.#options.onFailure((error) => this.#break(error));
    bench.clock.onFailure((error) => this.#break(error));
    const undo = new UndoStack(bench.clock);
    let taken: TakenBack = { outcome: 'verified', detail: '' };
    try {
      if (await this.#steps(bench, undo)) await this.#watch(bench);
      this.#journalFailed.signal.throwIfAborted();
    } finally {
      // Also when the journal cannot be written any more: the bench is taken back first.
      this.#step = null;
      taken = await this.#takeBack(bench, undo).finally(stopListening);
    }
    for (const tally of this.#tallies?.entries() ?? []) journal.append(tally);
    journal.append({ kind: 'case-closed', case: key });
    journal.flush();
    if (!this.#energised && taken.outcome === 'verified') return NOT_ENERGISED;
    return endOf(taken);
  }

  /** Our own fault, out of a callback: the case ends, the bench is taken back, the run tells of it. */
  #break(error: unknown): void {
    // Somebody else's fault is told by the step that it ends.
    const isOthers = error instanceof BenchError && this.#step !== null;
    if (!this.#broken.signal.aborted && !isOthers) this.#tellHarnessError(error);
    this.#broken.abort(error);
  }

  async #takeBack(bench: Bench, undo: UndoStack): Promise<TakenBack> {
    let journalFailure: unknown = null;
    const details: string[] = [];
    const outcome = await undo.run((undone) => {
      details.push(`${undone.name}: ${undone.detail}`);
      try {
        this.#options.journal.append({ kind: 'undone', case: this.#planned.key, ...undone });
      } catch (error) {
        journalFailure ??= error;
      }
    });
    await bench.close().catch((error: unknown) => this.#tellHarnessError(error));
    if (journalFailure !== null) throw journalFailure;
    return { outcome, detail: details.join('; ') };
  }

  /** Performs the steps in order; after one that failed the rest is skipped. */
  async #steps(bench: Bench, undo: UndoStack): Promise<boolean> {
    let failed: { readonly id: string; readonly failure: Failure } | null = null;
    for (const step of this.#planned.steps) {
      if (failed !== null) {
        this.#close(step, {
          outcome: 'skipped',
          blame: failed.failure.blame,
          reason: `blocked by ${failed.id}`,
        });
        continue;
      }
      const failure = await this.#one(bench, undo, step);
      if (failure !== null) failed = { id: step.id, failure };
    }
    return failed === null;
  }

  async #one(bench: Bench, undo: UndoStack, step: PlannedStep): Promise<Failure | null> {
    const { journal } = this.#options;
    try {
      await bench.clock.sleepUntil(this.#dueNs(bench, step), this.#signal);
    } catch (error) {
      const failure = this.#classify(error);
      this.#close(step, failure);
      return failure;
    }
    this.#step = step.id;
    this.#mark(bench, { step: step.id, edge: 'start' });
    journal.append({ kind: 'step-opened', case: this.#planned.key, step: step.id });
    if (step.energises) journal.flush();
    try {
      await this.#perform(bench, undo, step);
    } catch (error) {
      const failure = this.#classify(error);
      this.#close(step, failure);
      return failure;
    }
    this.#mark(bench, { step: step.id, edge: 'end' });
    this.#close(step, { outcome: 'done', blame: null, reason: null });
    return null;
  }

  #mark(bench: Bench, anchor: Anchor): void {
    const atNs = bench.clock.nowNs();
    this.#instants.mark(anchor, atNs);
    this.#tallies?.mark(anchor, atNs);
  }

  #dueNs(bench: Bench, step: PlannedStep): number {
    const startNs = this.#instants.at({ step: null, edge: 'start' }) ?? 0;
    const atNs = step.atNs === null ? 0 : startNs + step.atNs;
    const afterNs = step.afterNs === null ? 0 : bench.clock.nowNs() + step.afterNs;
    return Math.max(atNs, afterNs, bench.clock.nowNs());
  }

  /** Performs under a deadline that names its owner, so that a hanging performer cannot hang the run. */
  async #perform(bench: Bench, undo: UndoStack, step: PlannedStep): Promise<void> {
    const { journal } = this.#options;
    const limitNs = PATIENCE * step.expectedNs + PATIENCE_NS;
    const ended = new AbortController();
    const overdue = new AbortController();
    const deadline = bench.clock
      .sleepUntil(bench.clock.nowNs() + limitNs, ended.signal)
      .then(() => {
        const text = `step ${step.id}: awaited the end of ${step.action.do} for ${formatDurationNs(limitNs)}`;
        const error = new BenchError('rig', text);
        overdue.abort(error);
        throw error;
      });
    const work = bench.perform(step.action, {
      step: step.id,
      of: step.of,
      signal: AbortSignal.any([this.#signal, overdue.signal]),
      observe: (observation) => this.#observe(bench, observation),
      undo: (entry) => undo.register(entry),
      energise: (what) => {
        this.#energised = true;
        journal.append({ kind: 'energised', case: this.#planned.key, step: step.id, what });
        journal.flush();
      },
    });
    try {
      await Promise.race([work, deadline]);
    } finally {
      ended.abort();
      await deadline.catch(() => undefined);
    }
  }

  /** Watches until every window of the expectations has closed and its control has come. */
  async #watch(bench: Bench): Promise<void> {
    const windows = windowsOf(this.#planned, this.#instants);
    try {
      for (const window of windows) await bench.clock.sleepUntil(window.endNs, this.#signal);
      for (const window of windows) {
        const untilNs = window.endNs + (window.control?.withinNs ?? 0);
        while (!controlCame(window, this.#lastSeen) && bench.clock.nowNs() < untilNs) {
          await this.#nextMessage(bench, untilNs);
        }
      }
    } catch (error) {
      if (!this.#signal.aborted) this.#tellHarnessError(error);
    }
  }

  async #nextMessage(bench: Bench, untilNs: number): Promise<void> {
    const came = new AbortController();
    this.#arrived = () => came.abort();
    const either = AbortSignal.any([came.signal, this.#signal]);
    await bench.clock.sleepUntil(untilNs, either).catch(() => undefined);
    this.#arrived = () => {};
    this.#signal.throwIfAborted();
  }

  #observe(bench: Bench, observation: Observation): void {
    this.#options.observed?.(observation);
    if (this.#isTallied(bench, observation)) return;
    const entry = { case: this.#planned.key, step: this.#step, observation };
    try {
      this.#options.journal.append({ kind: 'observation', ...entry });
    } catch (error) {
      // It may come out of the bench's own clock, where nobody could catch it: the case ends instead.
      this.#journalFailed.abort(error);
      return;
    }
    if (observation.kind !== 'message') return;
    this.#lastSeen.set(observation.message.kind, observation.at.ns);
    this.#arrived();
  }

  #isTallied(bench: Bench, observation: Observation): boolean {
    const { at } = observation;
    const atNs = at.clock === 'bench' ? at.ns : bench.clock.nowNs();
    try {
      return this.#tallies?.feed(observation, this.#step, atNs) ?? false;
    } catch (error) {
      this.#break(error);
      return true;
    }
  }

  #classify(error: unknown): Failure {
    if (this.#options.signal.aborted) {
      return { outcome: 'cancelled', blame: null, reason: abortedBy(this.#options.signal) };
    }
    if (this.#broken.signal.aborted) {
      const reason: unknown = this.#broken.signal.reason;
      const blame = reason instanceof BenchError ? reason.blame : 'harness';
      return { outcome: 'failed', blame, reason: messageOf(reason) };
    }
    if (error instanceof BenchError) {
      return { outcome: 'failed', blame: error.blame, reason: error.message };
    }
    this.#tellHarnessError(error);
    return { outcome: 'failed', blame: 'harness', reason: messageOf(error) };
  }

  #close(
    step: PlannedStep,
    outcome: Pick<Extract<EntryBody, { kind: 'step-closed' }>, 'outcome' | 'blame' | 'reason'>,
  ): void {
    this.#options.journal.append({
      kind: 'step-closed',
      case: this.#planned.key,
      step: step.id,
      ...outcome,
    });
    this.#options.journal.flush();
  }

  #tellHarnessError(error: unknown): void {
    const message = messageOf(error);
    try {
      this.#options.journal.append({ kind: 'harness-error', case: this.#planned.key, message });
    } catch (failure) {
      this.#journalFailed.abort(failure);
    }
  }
}
