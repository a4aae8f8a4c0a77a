import type { Entry } from '../harness/journal/entry.ts';
import type { GuardianEntry } from '../rigs/port/guardian-entry.ts';
import { permissionRemarks } from './calibration-text.ts';
import { guardianRemarks } from './guardian-text.ts';
import type { Torn } from '../harness/journal/reader.ts';
import type { JournalCheck } from '../harness/journal/verify.ts';
import type { Plan } from '../harness/plan/plan.ts';
import type { Observation } from '../rigs/port/observation.ts';
import { isDecided } from '../harness/verdict/exit-code.ts';
import { interruptionOf, judge } from '../harness/verdict/judge.ts';
import { NO_CASE } from '../harness/verdict/plan-rows.ts';
import { planIn } from '../harness/verdict/plan-in-journal.ts';
import { VERDICT_WORDS } from '../harness/verdict/verdict.ts';
import type { Judgement, VerdictWord } from '../harness/verdict/verdict.ts';
import { lotOf } from './lot.ts';
import type { LotMeasurement } from './lot.ts';

/** Everything that a report of any format tells, made from the journal alone. */
export interface Report {
  readonly judgement: Judgement;
  /** Null when the journal ends before its plan. */
  readonly plan: Plan | null;
  readonly runId: string | null;
  /** Wall time of the first line, ISO 8601; null for an empty journal. */
  readonly startedAt: string | null;
  readonly durationNs: number;
  readonly interrupted: string | null;
  readonly counts: Readonly<Record<VerdictWord, number>>;
  readonly requirements: { readonly decided: number; readonly covered: number };
  /** What a reader must know beside the verdicts. */
  readonly remarks: readonly string[];
  readonly cases: ReadonlyMap<string, CaseTime>;
  /** Measurements over all meters of a lot; empty when one socket was asked. */
  readonly lot: readonly LotMeasurement[];
}

/** When a case ran, by its key. */
export interface CaseTime {
  readonly startedAt: string;
  readonly durationNs: number;
}

export interface ReportOptions {
  readonly torn?: Torn | null;
  /** What the check of the journal's chain came to, when it was made. */
  readonly chain?: JournalCheck | null;
  /** What the guardian of the rig wrote beside the journal. */
  readonly guardian?: readonly GuardianEntry[];
}

/** Collects what the reports tell. @throws JournalPlanError for a plan that cannot be read */
export function reportOf(
  entries: readonly Entry[],
  { torn = null, chain = null, guardian = [] }: ReportOptions = {},
): Report {
  const judgement = judge(entries, { torn: torn !== null, guardian });
  const plan = planIn(entries);
  const opened = entries.find((entry) => entry.kind === 'run-opened');
  const words = judgement.verdicts.map(({ verdict }) => verdict);
  // A requirement that had to be decided and was not fails without a case; that is no decision.
  const decided = judgement.verdicts.filter(
    ({ verdict, case: name }) => isDecided(verdict) && name !== NO_CASE,
  );
  return {
    judgement,
    plan,
    runId: opened?.kind === 'run-opened' ? opened.runId : null,
    startedAt: startOf(entries),
    durationNs: durationOf(entries),
    interrupted: interruptionOf(entries, torn !== null),
    counts: countsOf(words),
    requirements: {
      decided: new Set(decided.map(({ requirement }) => requirement)).size,
      covered: new Set([...(plan?.covers ?? []), ...(plan?.required ?? [])]).size,
    },
    remarks: [
      ...chosenText(plan),
      ...remarksOf(entries, judgement, torn, chain),
      ...(plan === null ? [] : permissionRemarks(plan)),
      ...guardianRemarks(guardian),
    ],
    cases: caseTimes(entries),
    lot: lotOf(plan, judgement.verdicts),
  };
}

/** Wall time of the first case: the lines before it may carry the time of a clock that it does not use. */
function startOf(entries: readonly Entry[]): string | null {
  const opened = entries.find(({ kind }) => kind === 'case-opened');
  return (opened ?? entries[0])?.wall ?? null;
}

/** Bench time over all lines; a clock that stands behind the one before it begins anew. */
function durationOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { atNs }, index) => {
    const before = entries[index - 1]?.atNs ?? atNs;
    return sum + Math.max(0, atNs - before);
  }, 0);
}

function countsOf(words: readonly VerdictWord[]): Readonly<Record<VerdictWord, number>> {
  const counts = Object.fromEntries(VERDICT_WORDS.map((word) => [word, 0]));
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts as Record<VerdictWord, number>;
}

/** A run of some cases must not look like one of all. */
function chosenText(plan: Plan | null): readonly string[] {
  if (plan?.chosen === undefined) return [];
  return [`only cases whose key fits "${plan.chosen}" were planned (--case)`];
}

function remarksOf(
  entries: readonly Entry[],
  { rigSafe, verdicts }: Judgement,
  torn: Torn | null,
  chain: JournalCheck | null,
): readonly string[] {
  const remarks: string[] = [];
  if (torn !== null) {
    remarks.push(`the journal is torn: line ${torn.line} ${torn.what}; ${lastStep(entries)}`);
  } else if (!entries.some(({ kind }) => kind === 'run-closed')) {
    remarks.push(`the journal has no end: ${lastStep(entries)}`);
  }
  if (chain?.ok === false && chain.line !== torn?.line) {
    remarks.push(`the journal is not as it was written: line ${chain.line}: ${chain.what}`);
  }
  if (rigSafe === 'unknown') {
    remarks.push('the bench was energised and nothing says that it was taken back: it may be live');
  }
  const answers = new Set<string>();
  const cited = new Set(verdicts.flatMap(({ evidence }) => evidence));
  for (const entry of entries) {
    if (entry.kind === 'harness-error') remarks.push(`harness error: ${entry.message}`);
    if (entry.kind === 'observation' && entry.observation.kind === 'prompt') {
      answers.add(answerText(entry.observation));
    }
    if (entry.kind === 'undone' && entry.outcome === 'failed') {
      remarks.push(`NOT SAFE: ${entry.name}: ${entry.detail} (${entry.case})`);
    }
    // A failure that a verdict rests on is told there.
    if (entry.kind === 'step-closed' && entry.outcome === 'failed' && !cited.has(entry.seq)) {
      const { case: key, step, blame, reason } = entry;
      remarks.push(
        `step ${step} of ${key} failed (${blame ?? 'nobody'}): ${reason ?? 'no reason'}`,
      );
    }
  }
  return [...remarks, ...answers];
}

/** What rests on somebody's word: one remark, however often it was given. */
function answerText({ id, answer, by }: Extract<Observation, { readonly kind: 'prompt' }>): string {
  return `${by} answered "${answer}" to the prompt "${id}"`;
}

function lastStep(entries: readonly Entry[]): string {
  const last = entries.findLast(({ kind }) => kind === 'step-opened');
  return last?.kind === 'step-opened'
    ? `the last step was ${last.step} of ${last.case}`
    : 'no step had begun';
}

function caseTimes(entries: readonly Entry[]): ReadonlyMap<string, CaseTime> {
  const times = new Map<string, CaseTime>();
  const opened = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.kind === 'case-opened') opened.set(entry.case, entry);
    if (!('case' in entry) || entry.case === null) continue;
    const start = opened.get(entry.case);
    if (start === undefined) continue;
    times.set(entry.case, { startedAt: start.wall, durationNs: entry.atNs - start.atNs });
  }
  return times;
}
