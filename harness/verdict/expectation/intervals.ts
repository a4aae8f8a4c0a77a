import { formatDurationNs } from '../../../devices/domain/quantity.ts';
import { NS_PER_MS } from '../../../devices/domain/time.ts';
import { missing } from '../blocked.ts';
import { named, seenOf } from '../case-record.ts';
import type { CaseRecord, Seen } from '../case-record.ts';
import { finding, marginOf, together, toleranceLimit } from '../finding.ts';
import type { ExpectationOf, Finding } from '../finding.ts';
import { roundedDuration, roundedText } from '../rounded-text.ts';

type Expected = ExpectationOf<'intervals'>;
type Reading = Seen<'load-profile'>;

/** Intervals of a load profile: none lost or doubled, their sum, and the flags that they bear. */
export function judgeIntervals(expectation: Expected, record: CaseRecord): Finding {
  const { profile, sumSince } = expectation;
  const reading = named(record, 'load-profile', profile).at(-1);
  if (reading === undefined) return missing(record, profile, `load profile '${profile}'`);
  const from = sumSince === null ? null : named(record, 'load-profile', sumSince).at(-1);
  if (from === undefined) return missing(record, sumSince ?? '', `load profile '${sumSince}'`);
  const span = spanOf(record, from, reading);
  const evidence = [...(from === null ? [] : [from.seq]), ...span.map(({ seq }) => seq)];
  const count = span.reduce((sum, { observation }) => sum + observation.intervals.length, 0);
  const findings = [
    ...(expectation.contiguous ? [judgeContiguity(from, span, reading, evidence)] : []),
    ...(from === null ? [] : [judgeSum(expectation, span, from, reading, evidence)]),
    ...expectation.flags.map((flag) => judgeFlag(flag, reading)),
  ];
  return together(finding('pass', `${count} intervals`, evidence), findings);
}

/** Readings bring what is new since the one before, so a span is all of them up to its end. */
function spanOf(record: CaseRecord, from: Reading | null, until: Reading): readonly Reading[] {
  if (from === null) return [until];
  return seenOf(record, 'load-profile').filter(({ seq }) => seq > from.seq && seq <= until.seq);
}

function judgeContiguity(
  from: Reading | null,
  span: readonly Reading[],
  { observation }: Reading,
  evidence: readonly number[],
): Finding {
  const intervals = span.flatMap((reading) => reading.observation.intervals);
  if (intervals.length === 0) {
    return finding('fail', `load profile '${observation.name}' has no interval`, evidence);
  }
  const stepMs = observation.intervalNs / NS_PER_MS;
  // The last interval before the span is where its first one must follow.
  const last = from?.observation.intervals.slice(-1) ?? [];
  const ends = [...last, ...intervals].map(({ endMs }) => endMs);
  const wrong = ends.findIndex(
    (endMs, index) => index > 0 && endMs - (ends[index - 1] ?? 0) !== stepMs,
  );
  if (wrong === -1) {
    return finding('pass', `${ends.length} intervals follow each other`, evidence);
  }
  const gapNs = ((ends[wrong] ?? 0) - (ends[wrong - 1] ?? 0)) * NS_PER_MS;
  const what = gapNs > observation.intervalNs ? 'an interval is lost' : 'an interval is doubled';
  const reason =
    `${what}: interval ${wrong + 1} of ${ends.length} ends ${roundedDuration(gapNs)} after the one ` +
    `before it, not ${formatDurationNs(observation.intervalNs)}`;
  return finding('fail', reason, evidence);
}

function judgeSum(
  { sumTolerance }: Expected,
  span: readonly Reading[],
  from: Reading,
  until: Reading,
  evidence: readonly number[],
): Finding {
  const unit = 'mWh';
  const sum = span
    .flatMap(({ observation }) => observation.intervals)
    .reduce((total, { energyMilliWattHours }) => total + energyMilliWattHours, 0);
  const advance =
    until.observation.registerMilliWattHours - from.observation.registerMilliWattHours;
  const value = sum - advance;
  const limit = toleranceLimit(0, sumTolerance, unit);
  const margin = marginOf(value, limit) ?? 0;
  const measured = { name: 'sum - register', value, unit, expandedUncertainty: null } as const;
  const reason =
    `the intervals sum up to ${roundedText({ value: sum, unit })}, the register advanced by ` +
    roundedText({ value: advance, unit });
  return finding(margin >= 0 ? 'pass' : 'fail', reason, evidence, { measured, limit, margin });
}

function judgeFlag(flag: string, { seq, observation }: Reading): Finding {
  const { name, intervals } = observation;
  if (intervals.some(({ flags }) => flags.includes(flag))) {
    return finding('pass', `an interval is flagged ${flag}`, [seq]);
  }
  const seen = [...new Set(intervals.flatMap(({ flags }) => flags))];
  const others = seen.length === 0 ? 'no flag at all' : seen.join(', ');
  const reason = `no interval of load profile '${name}' is flagged ${flag}; seen: ${others}`;
  return finding('fail', reason, [seq]);
}
