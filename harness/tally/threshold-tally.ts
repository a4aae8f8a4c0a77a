import type { Fault } from '../journal/tally-result.ts';
import { METRICS } from '../plan/plan.ts';
import type { Anchor, PlannedCase, PlannedExpectation, Threshold } from '../plan/plan.ts';
import type { ActionKind } from '../../rigs/port/action.ts';
import { selects } from '../../rigs/port/fleet.ts';
import { GroupTally } from './group-tally.ts';
import type { GroupView, Outcome } from './group-tally.ts';
import { Listening } from './listening.ts';
import type { Members } from './members.ts';
import { RecordLog } from './record-log.ts';
import type { LogRecord } from './record-log.ts';
import { statisticOf, sumOf } from './statistics.ts';
import type { Heard, Tally } from './tally.ts';
import { AT_THE_METERS, NO_OUTAGE, outageNumberOf, seenText } from './words.ts';

type Planned = Extract<PlannedExpectation, { readonly kind: 'threshold' }>;

/** Codes of the records: said at the meter, out at the head-end, and the last gasp of an outage. */
const SAID = 0;
const ALARM = 1;
const LAST_GASP = 2;

/** What the bench did that an alarm tells of; of several steps the last counts. */
const CAUSES: Readonly<Record<Threshold['alarm'], ActionKind | null>> = {
  'last-gasp': 'open-mains',
  restoration: 'close-mains',
  'clock-deviation': null,
  'event-alarm': null,
};

/**
 * The step from which `outage_to_alarm` counts: the last of its kind that is for these meters. Null
 * when no step is the cause.
 */
export function causeOf({ steps }: PlannedCase, { threshold, eachOf }: Planned): Anchor | null {
  const first = eachOf?.ranges[0]?.first ?? 0;
  const cause = steps.findLast(
    ({ action, of }) =>
      action.do === CAUSES[threshold.alarm] && (of === null || selects(of, first)),
  );
  return cause === undefined ? null : { step: cause.id, edge: 'start' };
}

/** A number over what the meters said and what came out northbound. */
export class ThresholdTally extends GroupTally {
  readonly #threshold: Threshold;
  readonly #cause: Anchor | null;
  readonly #log = new RecordLog();
  readonly #listening = new Listening();

  constructor(members: Members, { threshold }: Planned, cause: Anchor | null) {
    super(members, cause === null ? [] : [cause]);
    this.#threshold = threshold;
    this.#cause = cause;
  }

  feed(heard: Heard): void {
    const { seq, atNs, observation } = heard;
    this.#listening.feed(heard);
    const row = this.members.rowOf(observation.meter);
    if (row < 0) return;
    for (const { code, number } of this.#readOf(observation)) {
      this.#log.add({ row, code, atNs, number, id: -1, pairsWith: -1, line: seq });
    }
  }

  #readOf(observation: Heard['observation']): readonly Pick<LogRecord, 'code' | 'number'>[] {
    const { alarm, metric } = this.#threshold;
    if (observation.kind === 'message') {
      const { kind, fields } = observation.message;
      if (observation.instrument !== AT_THE_METERS || kind !== alarm) return [];
      return [{ code: SAID, number: fields['outageNumber'] ?? NO_OUTAGE }];
    }
    if (observation.kind !== 'alarm') return [];
    const { kind } = observation.alarm;
    const number = outageNumberOf(observation.alarm);
    const isFirst = metric === 'out_of_order' && kind === 'last-gasp';
    return [
      ...(kind === alarm ? [{ code: ALARM, number }] : []),
      ...(isFirst ? [{ code: LAST_GASP, number }] : []),
    ];
  }

  protected absorb(other: Tally): void {
    if (!(other instanceof ThresholdTally)) throw new TypeError('tallies of two kinds');
    this.#log.absorb(other.#log);
    this.#listening.absorb(other.#listening);
  }

  protected view(): GroupView {
    const log = this.#log.sorted(this.members.count);
    const sinceNs = this.#cause === null ? null : (this.instants.at(this.#cause) ?? null);
    const { metric } = this.#threshold;
    return {
      outcomeOf: (row) => outcomeOf(metric, log.of(row), sinceNs, this.#listening),
      columns: log.bytes(),
    };
  }

  protected override hasDurations(): boolean {
    return METRICS[this.#threshold.metric] === 'ns';
  }

  protected override statistic(sorted: Float64Array): number | null {
    const { statistic, metric } = this.#threshold;
    if (statistic !== 'count') return statisticOf(sorted, statistic);
    if (sorted.length === 0) return null;
    return METRICS[metric] === 'count' ? sumOf(sorted) : sorted.length;
  }
}

/** What was said, with the alarm that came of it. */
interface Pair {
  readonly said: LogRecord | null;
  readonly alarm: LogRecord | null;
}

/** How many of what is wrong a meter has, by metric; null for metrics of durations. */
const WRONG: Readonly<Record<Threshold['metric'], Fault | null>> = {
  alarm_latency: null,
  outage_to_alarm: null,
  lost: 'lost',
  duplicates: 'duplicate',
  out_of_order: 'out of order',
};

/**
 * What one meter adds. One that said nothing, or of whose messages not each has its alarm, leaves the
 * threshold open: a bound is not kept by silence.
 */
function outcomeOf(
  metric: Threshold['metric'],
  own: readonly LogRecord[],
  sinceNs: number | null,
  listening: Listening,
): Outcome {
  const pairs = pairsOf(own);
  const unheard = pairs.find(
    ({ said, alarm }) =>
      said !== null && alarm === null && listening.proofSince(said.atNs) === null,
  )?.said;
  if (unheard != null) {
    const why = 'the observer heard nothing northbound since its message';
    return { fault: 'not listening', why, values: [], lines: [unheard.line] };
  }
  const values = valuesOf(metric, own, pairs, sinceNs);
  const gasps = own.filter(({ code }) => code === LAST_GASP);
  const ends = [...pairs.flatMap(({ said, alarm }) => [said, alarm]), ...gasps];
  const lines = ends.flatMap((one) => one?.line ?? []);
  const wrong = WRONG[metric];
  const count = values.reduce((sum, value) => sum + value, 0);
  if (wrong !== null && count > 0) {
    return { fault: wrong, why: `${count} of ${pairs.length}`, values, lines };
  }
  if (pairs.length === 0) return { fault: 'not said', why: 'nothing was said', values, lines };
  const invented = pairs.find(({ said }) => said === null)?.alarm;
  if (invented != null) {
    const why = `an alarm at ${seenText(invented.atNs)} without its message`;
    return { fault: 'not said', why, values, lines };
  }
  if (metric !== 'lost' && (values.length === 0 || pairs.some(({ alarm }) => alarm === null))) {
    return { fault: 'no alarm', why: 'not each message has its alarm', values, lines };
  }
  return { fault: null, why: '', values, lines };
}

function valuesOf(
  metric: Threshold['metric'],
  own: readonly LogRecord[],
  pairs: readonly Pair[],
  sinceNs: number | null,
): readonly number[] {
  if (pairs.length === 0) return [];
  const alarms = own.filter(({ code }) => code === ALARM);
  switch (metric) {
    case 'alarm_latency':
      return pairs.flatMap(({ said, alarm }) =>
        said === null || alarm === null ? [] : [alarm.atNs - said.atNs],
      );
    case 'outage_to_alarm':
      return pairs.flatMap(({ alarm }) =>
        alarm === null || sinceNs === null || alarm.atNs < sinceNs ? [] : [alarm.atNs - sinceNs],
      );
    case 'lost':
      return [pairs.filter(({ said, alarm }) => said !== null && alarm === null).length];
    case 'duplicates':
      return [alarms.length - pairs.filter(({ alarm }) => alarm !== null).length];
    case 'out_of_order':
      return [alarms.filter((alarm) => !hasLastGaspBefore(alarm, own)).length];
  }
}

function hasLastGaspBefore(alarm: LogRecord, own: readonly LogRecord[]): boolean {
  return own.some(
    ({ code, number, atNs }) => code === LAST_GASP && number === alarm.number && atNs <= alarm.atNs,
  );
}

/**
 * By outage the first message with the first alarm, because repeats on the wire are legal; what
 * belongs to no outage in the order in which it came.
 */
function pairsOf(own: readonly LogRecord[]): readonly Pair[] {
  const told = own.filter(({ code }) => code !== LAST_GASP);
  return [...Map.groupBy(told, ({ number }) => number)].flatMap(([number, group]) => {
    const said = group.filter(({ code }) => code === SAID);
    const alarms = group.filter(({ code }) => code === ALARM);
    const length = number === NO_OUTAGE ? Math.max(said.length, alarms.length) : 1;
    return Array.from({ length }, (_, place) => ({
      said: said[place] ?? null,
      alarm: alarms[place] ?? null,
    }));
  });
}
