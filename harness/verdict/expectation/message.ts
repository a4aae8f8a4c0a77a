import { formatDurationNs } from '../../../devices/domain/quantity.ts';
import type { Unit } from '../../../devices/domain/quantity.ts';
import { anchorOf } from '../blocked.ts';
import { seenOf } from '../case-record.ts';
import type { CaseRecord, Mark, Seen } from '../case-record.ts';
import { evaluate } from '../evaluate.ts';
import { finding, limitValue, marginOf, together, toleranceLimit } from '../finding.ts';
import type { ExpectationOf, Finding } from '../finding.ts';
import { roundedDuration } from '../rounded-text.ts';

type Expected = ExpectationOf<'message'>;

/**
 * A message that must come: so many of them, not before and not after its times (both ends
 * belong to the window), with the right value and belonging to the right message before it.
 */
export function judgeMessage(expectation: Expected, record: CaseRecord): Finding {
  const anchor = anchorOf(record, expectation.since);
  if (!anchor.ok) return anchor.finding;
  const since = anchor.mark;
  const all = seenOf(record, 'message').filter(
    ({ observation, atNs }) =>
      observation.message.kind === expectation.message && atNs >= since.atNs,
  );
  const inTime = all.filter(({ atNs }) => atNs <= since.atNs + expectation.withinNs);
  const [first] = inTime;
  if (first === undefined || inTime.length < expectation.count) {
    return tooFew(expectation, record, since, inTime, all);
  }
  const again = all.filter((message) => isRepeat(message, inTime) && !inTime.includes(message));
  if (inTime.length + again.length > expectation.count) {
    return tooMany(expectation, since, inTime, again);
  }
  const parts = inTime.flatMap((message) => [
    judgeTime(expectation, since, message),
    judgeValue(expectation, record, message),
    judgePair(expectation, record, message),
  ]);
  const asked = parts.filter((part) => part !== null);
  return together(judgeTime(expectation, since, first), asked);
}

function tooFew(
  expectation: Expected,
  record: CaseRecord,
  since: Mark,
  inTime: readonly Seen<'message'>[],
  all: readonly Seen<'message'>[],
): Finding {
  const { message, withinNs, count } = expectation;
  const limit = limitOf(expectation);
  const late = all.find(({ atNs }) => atNs > since.atNs + withinNs);
  const evidence = [since.seq, ...inTime.map(({ seq }) => seq)];
  const wanted = `${count} ${message} within ${formatDurationNs(withinNs)}`;
  if (late !== undefined) {
    const measured = latency(expectation, since, late);
    const margin = marginOf(measured.value, limit);
    const reason = `expected ${wanted}, but it came late, after ${roundedDuration(measured.value)}`;
    return finding('fail', reason, [...evidence, late.seq], { measured, limit, margin });
  }
  const watchedNs = (record.watchedUntilNs ?? since.atNs) - since.atNs;
  if (watchedNs < withinNs) {
    const reason = `expected ${wanted}, but the link was watched for ${roundedDuration(watchedNs)} only`;
    return finding('inconclusive', reason, evidence, { blame: 'harness', limit });
  }
  const came = inTime.length === 0 ? 'none came' : `${inTime.length} came`;
  return finding('fail', `expected ${wanted}, but ${came}`, evidence, { limit });
}

/**
 * Whether a message tells of an outage once more: an outage is told once (OUT-01, OUT-02), however
 * late the second time is. Other messages may rightly come again after their window.
 */
function isRepeat(message: Seen<'message'>, earlier: readonly Seen<'message'>[]): boolean {
  const number = outageNumberOf(message);
  return number !== undefined && earlier.some((one) => outageNumberOf(one) === number);
}

function outageNumberOf({ observation }: Seen<'message'>): number | undefined {
  return observation.message.fields['outageNumber'];
}

function tooMany(
  expectation: Expected,
  since: Mark,
  inTime: readonly Seen<'message'>[],
  again: readonly Seen<'message'>[],
): Finding {
  const { message, withinNs, count } = expectation;
  const reason =
    `expected ${count} ${message} within ${formatDurationNs(withinNs)}, but ` +
    `${inTime.length} came${againText(again[0], again.length, since)}`;
  return finding('fail', reason, [since.seq, ...[...inTime, ...again].map(({ seq }) => seq)]);
}

function againText(first: Seen<'message'> | undefined, count: number, since: Mark): string {
  if (first === undefined) return '';
  const what = `${count} more of outage ${outageNumberOf(first)} after the window`;
  return ` and ${what}, first after ${roundedDuration(first.atNs - since.atNs)}`;
}

function judgeTime(expectation: Expected, since: Mark, message: Seen<'message'>): Finding {
  const measured = latency(expectation, since, message);
  const limit = limitOf(expectation);
  const margin = marginOf(measured.value, limit);
  const early = measured.value < expectation.notBeforeNs;
  const told = `${expectation.message} came after ${roundedDuration(measured.value)}`;
  const reason = early
    ? `${told}, before the ${formatDurationNs(expectation.notBeforeNs)} that it must wait`
    : told;
  const evidence = [since.seq, message.seq];
  return finding(early ? 'fail' : 'pass', reason, evidence, { measured, limit, margin });
}

/** The field of the message against the value that it must have; null when none is asked. */
function judgeValue(
  expectation: Expected,
  record: CaseRecord,
  { seq, observation }: Seen<'message'>,
): Finding | null {
  const { value, message } = expectation;
  if (value === null) return null;
  const reported = observation.message.fields[value.field];
  if (reported === undefined) {
    return finding('fail', `${message} has no field ${value.field}`, [seq]);
  }
  const right = evaluate(record, value.is);
  if (!right.ok) return right.finding;
  const evidence = [seq, ...right.evidence];
  if (typeof right.value !== 'number') {
    const reason = `"${value.is}" is ${right.value}, not a number`;
    return finding('inconclusive', reason, evidence, { blame: 'scenario' });
  }
  const unit = unitOf(value.field);
  const name = `${message}.${value.field}`;
  const measured = { name, value: reported, unit, expandedUncertainty: null };
  const limit = toleranceLimit(right.value, value.tolerance, unit, value.is);
  const margin = marginOf(reported, limit) ?? 0;
  const verdict = margin >= 0 ? 'pass' : 'fail';
  const reason =
    verdict === 'pass'
      ? `${name} agrees with ${value.is} within its tolerance`
      : `${name} differs from ${value.is} by more than its tolerance`;
  return finding(verdict, reason, evidence, { measured, limit, margin });
}

/** Fields are numbers whose names end in their unit. */
function unitOf(field: string): Unit {
  return field.endsWith('Ns') ? 'ns' : 'count';
}

/** The one message before it that has the same outage number; null when none is asked. */
function judgePair(
  { pairsWith, message }: Expected,
  record: CaseRecord,
  paired: Seen<'message'>,
): Finding | null {
  if (pairsWith === null) return null;
  const { seq, atNs } = paired;
  const number = outageNumberOf(paired);
  const before = seenOf(record, 'message').filter(
    (seen) => seen.observation.message.kind === pairsWith && seen.atNs <= atNs,
  );
  const same = before.filter((seen) => outageNumberOf(seen) === number);
  const evidence = [seq, ...same.map((seen) => seen.seq)];
  if (number !== undefined && same.length === 1) {
    return finding('pass', `${message} belongs to the ${pairsWith} of outage ${number}`, evidence);
  }
  const numbers = before.map(outageNumberOf);
  const came =
    before.length === 0 ? 'none came before it' : `those before it say ${numbers.join(', ')}`;
  const reason = `${message} of outage ${number} needs one ${pairsWith} of that outage; ${came}`;
  return finding('fail', reason, [seq, ...before.map((seen) => seen.seq)]);
}

function latency({ message }: Expected, since: Mark, { atNs }: Mark) {
  const value = atNs - since.atNs;
  return { name: `${message} latency`, value, unit: 'ns' as const, expandedUncertainty: null };
}

function limitOf({ notBeforeNs, withinNs, origin }: Expected) {
  const minimum = notBeforeNs === 0 ? null : notBeforeNs;
  return limitValue({ minimum, maximum: withinNs, unit: 'ns', origin });
}
