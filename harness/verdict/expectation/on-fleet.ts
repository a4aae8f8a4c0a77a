import type { Blame } from '../../../rigs/port/bench.ts';
import { OPEN_FAULTS } from '../../journal/tally-result.ts';
import type { Fault, OpenFault, TallyResult } from '../../journal/tally-result.ts';
import type { PlannedExpectation } from '../../plan/plan.ts';
import { createTally } from '../../tally/create-tally.ts';
import { JOURNALED_METERS } from '../../tally/tally.ts';
import type { Tally } from '../../tally/tally.ts';
import { anchorOf, missing, missingFrom } from '../blocked.ts';
import type { CaseRecord, Mark } from '../case-record.ts';
import { finding, limitValue, marginOf } from '../finding.ts';
import type { Finding } from '../finding.ts';
import { countText, tallyText } from '../fleet-text.ts';
import { roundedDuration } from '../rounded-text.ts';
import { judgeThreshold } from './threshold.ts';

/** Who must act when a question about a meter stays open. */
const OPEN_BLAMES: Readonly<Record<OpenFault, Blame>> = {
  'not listening': 'harness',
  'no control': 'rig',
  'no row': 'harness',
  'not evaluable': 'scenario',
  'no answer': 'head-end',
  'not said': 'dut',
  'no alarm': 'head-end',
};

/** Decides what is expected of each meter of a group, from the tally of what was seen of them. */
export function judgeOnFleet(expectation: PlannedExpectation, record: CaseRecord): Finding {
  const tally = createTally(record.planned, expectation);
  if (tally === null) {
    const reason = `${expectation.kind}: not on a fleet yet`;
    return finding('inconclusive', reason, [], { blame: 'scenario' });
  }
  const marks: Mark[] = [];
  for (const anchor of tally.anchors) {
    const anchored = anchorOf(record, anchor);
    if (!anchored.ok) return anchored.finding;
    tally.mark(anchor, anchored.mark.atNs);
    marks.push(anchored.mark);
  }
  const counted = countedIn(record, expectation, tally);
  if (counted === null) {
    const { fleet } = record.planned;
    const reason = `the tally of ${expectation.id} over ${countText(fleet?.meters ?? 0)} meters is not in the journal`;
    return finding('inconclusive', reason, [], { blame: 'harness' });
  }
  const evidence = [...marks.map(({ seq }) => seq), ...counted.lines];
  return (
    blockedBy(expectation, record, counted.result) ??
    judgeResult(expectation, record, counted.result, { evidence, since: marks[0] ?? null })
  );
}

/** What the run tallied itself, or what the observations come to that it journaled. */
function countedIn(
  { planned, tallies, heard }: CaseRecord,
  { id }: PlannedExpectation,
  tally: Tally,
): { readonly result: TallyResult; readonly lines: readonly number[] } | null {
  const kept = tallies.get(id);
  if (kept !== undefined) return { result: kept.result, lines: [kept.seq] };
  if ((planned.fleet?.meters ?? 0) > JOURNALED_METERS) return null;
  for (const seen of heard) tally.feed(seen);
  return { result: tally.result(), lines: tally.cited() };
}

/** Nothing at all was told by the step that should have yielded it: see there. */
function blockedBy(
  expectation: PlannedExpectation,
  record: CaseRecord,
  { faults, meters }: TallyResult,
): Finding | null {
  if (expectation.kind === 'snapshot' && faults['no row'] === meters) {
    return missing(record, expectation.snapshot, `snapshot '${expectation.snapshot}'`);
  }
  if (expectation.kind === 'answer' && faults['no answer'] === meters) {
    const step = record.steps.find(({ planned }) => planned.id === expectation.step);
    if (step !== undefined) return missingFrom(record, step, `the answers to ${expectation.step}`);
  }
  return null;
}

interface Grounds {
  readonly evidence: readonly number[];
  /** The instant from which its window counts; null when it has none. */
  readonly since: Mark | null;
}

function judgeResult(
  expectation: PlannedExpectation,
  record: CaseRecord,
  result: TallyResult,
  { evidence, since }: Grounds,
): Finding {
  if (expectation.kind === 'threshold') {
    const open = openBlame(result);
    return judgeThreshold(expectation, result, evidence, open);
  }
  const numbers = numbersOf(expectation, result);
  const reason = tallyText(nameOf(expectation), result);
  const watched = unwatched(expectation, record, since);
  const isWrong = ([fault, count]: readonly [string, number]): boolean =>
    count > 0 && !isOpen(fault) && (watched === null || fault !== 'missing');
  if (Object.entries(result.faults).some(isWrong)) {
    return finding('fail', reason, evidence, numbers);
  }
  if (result.meters > 0 && result.fulfilled === result.meters) {
    return finding('pass', reason, evidence, numbers);
  }
  const why = watched === null ? reason : `${reason}; ${watched}`;
  const blame = watched === null ? (openBlame(result) ?? 'harness') : 'harness';
  return finding('inconclusive', why, evidence, { ...numbers, blame });
}

/** Why what did not come may only not have been waited for; null when it was. */
function unwatched(
  expectation: PlannedExpectation,
  { watchedUntilNs }: CaseRecord,
  since: Mark | null,
): string | null {
  if (expectation.kind !== 'message' && expectation.kind !== 'alarm') return null;
  if (since === null) return null;
  const watchedNs = (watchedUntilNs ?? since.atNs) - since.atNs;
  return watchedNs < expectation.withinNs
    ? `the link was watched for ${roundedDuration(watchedNs)} only`
    : null;
}

/** The latency that comes nearest to its limits, or lies furthest outside. */
function numbersOf(expectation: PlannedExpectation, { latency }: TallyResult): Partial<Finding> {
  if (expectation.kind !== 'message' && expectation.kind !== 'alarm') return {};
  const { notBeforeNs, withinNs, origin } = expectation;
  const minimum = notBeforeNs === 0 ? null : notBeforeNs;
  const limit = limitValue({ minimum, maximum: withinNs, unit: 'ns', origin });
  if (latency === null) return { limit };
  const [least, most] = [latency.minimumNs, latency.maximumNs].map((value) => ({
    value,
    margin: marginOf(value, limit) ?? 0,
  })) as [Worst, Worst];
  const { value, margin } = least.margin < most.margin ? least : most;
  const name = `${nameOf(expectation)} latency of the worst meter`;
  return { limit, measured: { name, value, unit: 'ns', expandedUncertainty: null }, margin };
}

interface Worst {
  readonly value: number;
  readonly margin: number;
}

function openBlame({ faults }: TallyResult): Blame | null {
  const open = OPEN_FAULTS.find((fault) => (faults[fault] ?? 0) > 0);
  return open === undefined ? null : OPEN_BLAMES[open];
}

function isOpen(fault: string): fault is OpenFault {
  return OPEN_FAULTS.some((open: Fault) => open === fault);
}

function nameOf(expectation: PlannedExpectation): string {
  switch (expectation.kind) {
    case 'message':
      return expectation.message;
    case 'alarm':
      return `alarm ${expectation.alarm}`;
    case 'never':
      return `never ${expectation.forbidden.map((one) => ('message' in one ? one.message : `event ${one.event}`)).join(', ')}`;
    case 'snapshot':
      return `snapshot '${expectation.snapshot}'`;
    case 'answer':
      return `${expectation.step} ${expectation.accepted ? 'accepted' : 'refused'}`;
    case 'threshold':
    case 'measure':
    case 'recorded':
    case 'unchanged':
    case 'events':
    case 'intervals':
      return expectation.kind;
  }
}
