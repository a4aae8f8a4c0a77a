import { testIdentity } from '../../../devices/domain/identity.ts';
import type { TallyResult } from '../../../harness/journal/tally-result.ts';
import type { PlannedCase } from '../../../harness/plan/plan.ts';
import { anchorOf } from '../../../harness/verdict/blocked.ts';
import type { CaseRecord, Mark } from '../../../harness/verdict/case-record.ts';
import { judgeExpectation } from '../../../harness/verdict/expectation/judge-expectation.ts';
import type { ExpectationOf } from '../../../harness/verdict/finding.ts';
import { invalidity } from '../../../harness/verdict/validity.ts';
import type { VerdictWord } from '../../../harness/verdict/verdict.ts';
import type { Material } from '../material.ts';
import { spreadOf } from './spread.ts';

type AlarmExpectation = ExpectationOf<'alarm'>;

/** What is drawn of a group of meters: how many alarms came after how long, and what went wrong. */
export type Delays = Pick<TallyResult, 'meters' | 'faults' | 'latency'>;

/** How long the alarms of a group took from the step that caused them. OUT-10, OUT-11 */
export interface AlarmDelay {
  readonly record: CaseRecord;
  readonly expectation: AlarmExpectation;
  readonly delays: Delays;
  /** Lines of the journal that the delays come from: one tally, or first and last alarm. */
  readonly lines: readonly number[];
  /** What it came to; null when it was not asked. */
  readonly word: VerdictWord | null;
}

/**
 * Every alarm that is expected of a fleet after a step. The run's own tally is drawn where there is
 * one (fleets above 1,000 meters); else the alarms that the journal holds.
 */
export function alarmDelays({ records }: Material): readonly AlarmDelay[] {
  return records.flatMap((record) => {
    if (record.planned.fleet === null) return [];
    const invalid = invalidity(record);
    return record.planned.expectations.flatMap((expectation) => {
      if (expectation.kind !== 'alarm') return [];
      const found = tallied(record, expectation) ?? observed(record, expectation);
      if (found === null) return [];
      const word = (invalid ?? judgeExpectation(expectation, record))?.verdict ?? null;
      return [{ record, expectation, ...found, word }];
    });
  });
}

type Found = Pick<AlarmDelay, 'delays' | 'lines'>;

function tallied(record: CaseRecord, { id }: AlarmExpectation): Found | null {
  const kept = record.tallies.get(id);
  return kept === undefined ? null : { delays: kept.result, lines: [kept.seq] };
}

/** Null when no alarm of the group is in the journal: there is nothing to draw. */
function observed(record: CaseRecord, expectation: AlarmExpectation): Found | null {
  const since = anchorOf(record, expectation.since);
  if (!since.ok) return null;
  const sinceNs = since.mark.atNs;
  const group = serialsOf(record.planned, expectation);
  const alarms = alarmsIn(record).filter(
    ({ kind, meter, atNs }) => kind === expectation.alarm && atNs >= sinceNs && group.has(meter),
  );
  const byMeter = [...Map.groupBy(alarms, ({ meter }) => meter).values()];
  const firsts = byMeter
    .flatMap(([first]) => first ?? [])
    .toSorted((one, other) => one.atNs - other.atNs);
  const delaysNs = firsts.map(({ atNs }) => atNs - sinceNs);
  const spread = spreadOf(delaysNs);
  if (spread === null) return null;
  const faults = {
    missing: group.size - byMeter.length,
    'too many': byMeter.filter((own) => ofFirstOutage(own) > expectation.count).length,
    late: delaysNs.filter((ns) => ns > expectation.withinNs).length,
    early: delaysNs.filter((ns) => ns < expectation.notBeforeNs).length,
  };
  const histogram = delaysNs.map((ns) => [ns, 1] as const);
  const lines = [firsts[0], firsts.at(-1)].flatMap((seen) => seen?.seq ?? []);
  return { delays: { meters: group.size, faults, latency: { ...spread, histogram } }, lines };
}

interface SeenAlarm extends Mark {
  readonly kind: string;
  readonly meter: string;
  readonly outageId: string | null;
}

function alarmsIn({ heard }: CaseRecord): readonly SeenAlarm[] {
  return heard.flatMap(({ seq, atNs, observation }) => {
    if (observation.kind !== 'alarm') return [];
    const { kind, outageId } = observation.alarm;
    return [{ seq, atNs, kind, meter: observation.meter, outageId }];
  });
}

/** Alarms of the same outage as the first one; later outages are asked for elsewhere. */
function ofFirstOutage(alarms: readonly SeenAlarm[]): number {
  return alarms.filter(({ outageId }) => outageId === alarms[0]?.outageId).length;
}

function serialsOf({ fleet }: PlannedCase, { eachOf }: AlarmExpectation): ReadonlySet<string> {
  const all = [{ first: 0, count: fleet?.meters ?? 0, stride: 1 }];
  const ranges = eachOf?.ranges ?? all;
  const indexes = ranges.flatMap(({ first, count, stride }) =>
    Array.from({ length: count }, (_, place) => first + place * stride),
  );
  return new Set(indexes.map((index) => testIdentity(index).serial));
}
