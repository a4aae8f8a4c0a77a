import { anchorOf } from '../../../harness/verdict/blocked.ts';
import { seenOf } from '../../../harness/verdict/case-record.ts';
import type { CaseRecord, StepRecord } from '../../../harness/verdict/case-record.ts';
import { judgeExpectation } from '../../../harness/verdict/expectation/judge-expectation.ts';
import type { PlannedExpectation } from '../../../harness/plan/plan.ts';
import type { VerdictWord } from '../../../harness/verdict/verdict.ts';
import type { Material } from '../material.ts';

/** A case in which the mains went away. Instants in ns since they were first told to. */
export interface OutageCase {
  readonly record: CaseRecord;
  readonly moves: readonly MainsMove[];
  readonly messages: readonly SeenMessage[];
  readonly windows: readonly TimeWindow[];
  readonly endNs: number;
}

/** The mains went from one state to the other somewhere between these two instants. */
export interface MainsMove {
  readonly fromNs: number;
  readonly toNs: number;
  readonly state: 'open' | 'closed';
}

export interface SeenMessage {
  readonly kind: string;
  readonly atNs: number;
  readonly seq: number;
}

/** When something had to be seen, or never to be seen, and what came of it. */
export interface TimeWindow {
  readonly what: string;
  readonly isForbidden: boolean;
  readonly fromNs: number;
  readonly toNs: number;
  readonly verdict: VerdictWord;
}

/**
 * Every case on the rig whose plan takes the mains away, as far as the journal tells of it. Of a
 * fleet no one meter's messages can be drawn: the curves of its alarms are.
 */
export function outageCases({ records }: Material): readonly OutageCase[] {
  return records.flatMap((record) =>
    record.planned.fleet === null ? (outageCase(record) ?? []) : [],
  );
}

function outageCase(record: CaseRecord): OutageCase | null {
  const cut = record.steps.find(
    ({ planned: { action } }) => action.do === 'open-mains' || action.do === 'interrupt-mains',
  );
  const zeroNs = cut?.opened?.atNs ?? null;
  if (zeroNs === null) return null;
  const moves = record.steps.flatMap((step) => movesOf(record, step)).map((m) => since(m, zeroNs));
  const messages = seenOf(record, 'message').map(({ observation, atNs, seq }) => ({
    kind: observation.message.kind,
    atNs: atNs - zeroNs,
    seq,
  }));
  const windows = record.planned.expectations
    .flatMap((expectation) => windowOf(record, expectation) ?? [])
    .map((window) => since(window, zeroNs));
  const ends = [...moves, ...windows].map(({ toNs }) => toNs);
  const told = messages.filter(({ kind }) => kind !== 'heartbeat').map(({ atNs }) => atNs);
  return { record, moves, messages, windows, endNs: Math.max(...ends, ...told, 0) };
}

function since<T extends { readonly fromNs: number; readonly toNs: number }>(
  span: T,
  zeroNs: number,
): T {
  return { ...span, fromNs: span.fromNs - zeroNs, toNs: span.toNs - zeroNs };
}

/** A timed move is known from its reading; another lies between its command and its verification. */
function movesOf(record: CaseRecord, step: StepRecord): readonly MainsMove[] {
  const { action, id } = step.planned;
  if (action.do === 'interrupt-mains' || action.do === 'restore-mains') {
    const timed = seenOf(record, 'reading').find(
      (seen) => seen.step === id && seen.observation.name === action.as,
    );
    const { firstAtNs, secondAtNs } = timed?.observation.raw ?? {};
    if (firstAtNs !== undefined && secondAtNs !== undefined) {
      const states =
        action.do === 'interrupt-mains'
          ? (['open', 'closed'] as const)
          : (['closed', 'open'] as const);
      return [
        { fromNs: firstAtNs, toNs: firstAtNs, state: states[0] },
        { fromNs: secondAtNs, toNs: secondAtNs, state: states[1] },
      ];
    }
  }
  return seenOf(record, 'switch').flatMap(({ observation, atNs, step: own }) =>
    own === id && observation.verified !== 'unverified'
      ? [{ fromNs: step.opened?.atNs ?? atNs, toNs: atNs, state: observation.verified }]
      : [],
  );
}

/** The window of an expectation that was asked; null for one that is about no time. */
function windowOf(record: CaseRecord, expectation: PlannedExpectation): TimeWindow | null {
  if (expectation.kind !== 'message' && expectation.kind !== 'never') return null;
  const anchor = anchorOf(record, expectation.since);
  const found = judgeExpectation(expectation, record);
  if (!anchor.ok || found === null) return null;
  const startNs = anchor.mark.atNs;
  const { verdict } = found;
  if (expectation.kind === 'never') {
    const what = expectation.forbidden.map((one) =>
      'message' in one ? one.message : `event ${one.event}`,
    );
    const toNs = startNs + expectation.forNs;
    return { what: `no ${what.join(', no ')}`, isForbidden: true, fromNs: startNs, toNs, verdict };
  }
  const { message, notBeforeNs, withinNs } = expectation;
  const fromNs = startNs + notBeforeNs;
  return { what: message, isForbidden: false, fromNs, toNs: startNs + withinNs, verdict };
}
