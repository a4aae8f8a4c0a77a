import type { Entry } from '../../harness/journal/entry.ts';
import type { Plan, PlannedCase } from '../../harness/plan/plan.ts';
import { judgeClosedCase } from '../../harness/verdict/judge.ts';
import { VERDICT_WORDS } from '../../harness/verdict/verdict.ts';
import type { Verdict, VerdictWord } from '../../harness/verdict/verdict.ts';
import type { Observation } from '../../rigs/port/observation.ts';
import type { Overall } from '../html/overall.ts';
import { Rate } from './rate.ts';

/** Lines of the journal that the page shows: enough to see what goes on. */
const TAIL_LINES = 40;
/** Lines of a running case that are kept for its judge; a longer case is judged at the end. */
const KEPT_LINES = 50_000;

/** Where a run stands. */
export type Phase = 'starting' | 'running' | 'stopping' | 'ended';

/** What a run is, before its first case. */
export interface Begun {
  readonly plan: Plan;
  readonly runId: string;
}

/** Messages of a fleet so far, as its health was told. */
export interface FleetMessages {
  readonly offered: number;
  readonly achieved: number;
  readonly received: number;
}

/**
 * What somebody who watches a run may know of it at this moment. It is fed entry by entry with work
 * that does not grow with the run, so that a fleet does not feel that it is watched.
 */
export class WatchedRun {
  readonly #nowMs: () => number;
  readonly #cases = new Map<string, PlannedCase>();
  #caseLines: Entry[] = [];
  #openedAtMs = 0;
  phase: Phase = 'starting';
  begun: Begun | null = null;
  ended: Overall | null = null;
  /** Key of the case that runs; null before, between and after. */
  caseKey: string | null = null;
  step: string | null = null;
  casesDone = 0;
  /** What the bench was last told to be, and what is known of it. */
  bench = 'not energised';
  lines = 0;
  readonly tail: Entry[] = [];
  /** In the order in which they fell. */
  readonly verdicts: Verdict[] = [];
  readonly counts = new Map<VerdictWord, number>(VERDICT_WORDS.map((word) => [word, 0]));
  /** Observations by kind; messages by theirs. */
  readonly observations = new Map<string, number>();
  readonly rate: Rate;
  fleet: FleetMessages = { offered: 0, achieved: 0, received: 0 };

  /** @param nowMs wall time, for rates and for how long it takes */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.rate = new Rate(nowMs);
  }

  begin(begun: Begun): void {
    this.begun = begun;
    this.phase = 'running';
    this.#openedAtMs = this.#nowMs();
    for (const planned of begun.plan.cases) this.#cases.set(planned.key, planned);
  }

  /** Somebody asked for the end. */
  stopping(): void {
    if (this.phase === 'running' || this.phase === 'starting') this.phase = 'stopping';
  }

  end(ended: Overall): void {
    this.ended = ended;
    this.phase = 'ended';
    this.caseKey = null;
    this.step = null;
  }

  /** Wall time since the run began, in seconds. */
  elapsedS(): number {
    return this.begun === null ? 0 : (this.#nowMs() - this.#openedAtMs) / 1000;
  }

  /** Takes a line of the journal as it was written. */
  take(entry: Entry): void {
    this.lines = entry.seq;
    if (entry.kind !== 'file') {
      this.tail.push(entry);
      if (this.tail.length > TAIL_LINES) this.tail.shift();
    }
    if ('case' in entry && this.#caseLines.length < KEPT_LINES) this.#caseLines.push(entry);
    this.#place(entry);
  }

  /** Hears of an observation, journaled or tallied. */
  observed(observation: Observation): void {
    const kind = observation.kind === 'message' ? observation.message.kind : observation.kind;
    this.observations.set(kind, (this.observations.get(kind) ?? 0) + 1);
    this.rate.count();
    if (observation.kind !== 'health') return;
    const { offered, achieved, received } = observation.health;
    this.fleet = {
      offered: this.fleet.offered + offered,
      achieved: this.fleet.achieved + achieved,
      received: this.fleet.received + received,
    };
  }

  #place(entry: Entry): void {
    switch (entry.kind) {
      case 'case-opened':
        this.caseKey = entry.case;
        this.#caseLines = [entry];
        return;
      case 'step-opened':
        this.step = entry.step;
        return;
      case 'step-closed':
        this.step = null;
        return;
      case 'energised':
        this.bench = `energised: ${entry.what}`;
        return;
      case 'undone':
        this.bench = `${entry.name}: ${entry.outcome}`;
        return;
      case 'case-closed':
        this.casesDone++;
        this.#judge(entry.case);
        return;
      case 'aborted':
        this.stopping();
        return;
      case 'run-closed':
        this.bench = `safe at the end: ${entry.rigSafe}`;
        return;
      case 'run-opened':
      case 'file':
      case 'observation':
      case 'tally':
      case 'harness-error':
    }
  }

  #judge(key: string): void {
    const planned = this.#cases.get(key);
    const lines = this.#caseLines;
    this.#caseLines = [];
    if (planned === undefined || this.begun === null || lines.length >= KEPT_LINES) return;
    for (const verdict of judgeClosedCase(this.begun.plan, planned, lines)) {
      this.verdicts.push(verdict);
      this.counts.set(verdict.verdict, (this.counts.get(verdict.verdict) ?? 0) + 1);
    }
  }
}
