import type { Fault } from '../journal/tally-result.ts';
import type { PlannedExpectation } from '../plan/plan.ts';
import { GroupTally } from './group-tally.ts';
import { Listening } from './listening.ts';
import type { GroupView, Outcome } from './group-tally.ts';
import type { Members } from './members.ts';
import { RecordLog } from './record-log.ts';
import type { LogRecord } from './record-log.ts';
import type { Heard, Tally } from './tally.ts';
import { AT_THE_METERS, NO_OUTAGE, outageNumberOf, seenText } from './words.ts';

type Expected = Extract<PlannedExpectation, { readonly kind: 'message' | 'alarm' }>;
type Arrival = Omit<LogRecord, 'row' | 'line'>;

/** Codes of the records: what is expected, and what it belongs to. */
const EXPECTED = 0;
const PAIR = 1;

/**
 * Messages at the meters, or alarms at the head-end's northbound side, that must come: so many of
 * them, in their window, belonging to the right one before.
 */
export class ArrivalTally extends GroupTally {
  readonly #expected: Expected;
  readonly #log = new RecordLog();
  readonly #listening = new Listening();

  constructor(members: Members, expected: Expected) {
    super(members, [expected.since]);
    this.#expected = expected;
  }

  feed(heard: Heard): void {
    const { seq, atNs, observation } = heard;
    this.#listening.feed(heard);
    const row = this.members.rowOf(observation.meter);
    const arrival = row < 0 ? null : arrivalOf(this.#expected, observation, atNs);
    if (arrival !== null) this.#log.add({ ...arrival, row, line: seq });
  }

  protected absorb(other: Tally): void {
    if (!(other instanceof ArrivalTally)) throw new TypeError('tallies of two kinds');
    this.#log.absorb(other.#log);
    this.#listening.absorb(other.#listening);
  }

  protected view(): GroupView {
    const log = this.#log.sorted(this.members.count);
    const sinceNs = this.instants.at(this.#expected.since) ?? null;
    return {
      outcomeOf: (row) => this.#ifHeard(sinceNs, outcomeOf(this.#expected, sinceNs, log.of(row))),
      columns: log.bytes(),
    };
  }

  /** What did not come northbound is missing only if anybody could have heard it. */
  #ifHeard(sinceNs: number | null, found: Outcome): Outcome {
    if (this.#expected.kind !== 'alarm' || sinceNs === null) return found;
    if (found.fault !== 'missing') return found;
    const proof = this.#listening.proofSince(sinceNs);
    return proof === null
      ? outcome('not listening', 'the observer heard nothing northbound', [])
      : { ...found, lines: [...found.lines, ...proof] };
  }

  protected override hasDurations(): boolean {
    return true;
  }
}

/** What an observation says about what is expected; null when nothing. */
function arrivalOf(
  expected: Expected,
  observation: Heard['observation'],
  atNs: number,
): Arrival | null {
  if (expected.kind === 'message') {
    if (observation.kind !== 'message' || observation.instrument !== AT_THE_METERS) return null;
    const { kind, fields } = observation.message;
    const code = codeOf(kind, expected.message, expected.pairsWith);
    const number = fields['outageNumber'] ?? NO_OUTAGE;
    return code === null ? null : { code, atNs, number, id: -1, pairsWith: -1 };
  }
  if (observation.kind !== 'alarm') return null;
  const { alarm } = observation;
  const code = codeOf(alarm.kind, expected.alarm, expected.pairsWith);
  const number = outageNumberOf(alarm);
  const { alarmId: id, pairsWith } = alarm;
  return code === null ? null : { code, atNs, number, id, pairsWith: pairsWith ?? -1 };
}

function codeOf(kind: string, expected: string, pairsWith: string | null): number | null {
  if (kind === expected) return EXPECTED;
  return kind === pairsWith ? PAIR : null;
}

function outcomeOf(
  expected: Expected,
  sinceNs: number | null,
  records: readonly LogRecord[],
): Outcome {
  if (sinceNs === null) return outcome('missing', 'nothing to count from', []);
  const lastNs = sinceNs + expected.withinNs;
  const own = records.filter(({ code, atNs }) => code === EXPECTED && atNs >= sinceNs);
  const inTime = own.filter(({ atNs }) => atNs <= lastNs);
  const later = own.filter(({ atNs }) => atNs > lastNs);
  const counted = countFault(expected, inTime, later, sinceNs);
  const late = counted?.fault === 'late' ? later.slice(0, 1) : [];
  const values = [...inTime, ...late].map(({ atNs }) => atNs - sinceNs);
  if (counted !== null) return { ...counted, values };
  const early = inTime.find(({ atNs }) => atNs < sinceNs + expected.notBeforeNs);
  if (early !== undefined) {
    const why = `came after ${seenText(early.atNs - sinceNs)}, before it may`;
    return { ...outcome('early', why, [early]), values };
  }
  const paired = inTime.map((one) => pairOf(expected, one, records));
  const astray = paired.find(({ fault }) => fault !== null);
  if (astray !== undefined) return { ...astray, values };
  const lines = [...inTime.map(({ line }) => line), ...paired.flatMap((pair) => pair.lines)];
  return { fault: null, why: '', values, lines };
}

/**
 * Too few or too many. An outage is told once (OUT-01, OUT-02, OUT-10), however late the second time
 * is; what belongs to no outage may rightly come again after its window. Alarms count by outage.
 */
function countFault(
  expected: Expected,
  inTime: readonly LogRecord[],
  later: readonly LogRecord[],
  sinceNs: number,
): Outcome | null {
  const { count, kind } = expected;
  const byOutage = Map.groupBy(inTime, ({ number }) => number);
  const groups = kind === 'alarm' ? [...byOutage.values()] : [inTime];
  if (inTime.length === 0 || groups.some((group) => group.length < count)) {
    const [late] = later;
    if (late !== undefined) {
      const why = `came after ${seenText(late.atNs - sinceNs)}`;
      return outcome('late', why, [...inTime, late]);
    }
    const why = inTime.length === 0 ? 'none came' : `${inTime.length} came`;
    return outcome('missing', why, inTime);
  }
  for (const group of groups) {
    const numbers = new Set(group.map(({ number }) => number));
    const again = later.filter(({ number }) => number !== NO_OUTAGE && numbers.has(number));
    const came = [...group, ...again];
    if (came.length > count) return outcome('too many', `${came.length} came`, came);
  }
  return null;
}

/** Whether what came belongs to the one before it: the message or alarm of the same outage. */
function pairOf(expected: Expected, one: LogRecord, records: readonly LogRecord[]): Outcome {
  if (expected.pairsWith === null) return { fault: null, why: '', values: [], lines: [] };
  const before = records.filter(({ code, atNs }) => code === PAIR && atNs <= one.atNs);
  const same = before.filter(({ number }) => number === one.number && number !== NO_OUTAGE);
  const named = expected.kind === 'alarm' ? same.filter(({ id }) => id === one.pairsWith) : same;
  if (same.length === 1 && named.length === 1) {
    return { fault: null, why: '', values: [], lines: same.map(({ line }) => line) };
  }
  const why =
    same.length === 1
      ? `names ${one.pairsWith === -1 ? 'none' : `alarm ${one.pairsWith}`}, not the ${expected.pairsWith} before it`
      : `${same.length} ${expected.pairsWith} of its outage before it`;
  return outcome('wrong pair', why, [one, ...before]);
}

function outcome(fault: Fault, why: string, records: readonly LogRecord[]): Outcome {
  return { fault, why, values: [], lines: records.map(({ line }) => line) };
}
