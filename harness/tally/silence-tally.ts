import type { Forbidden, PlannedExpectation } from '../plan/plan.ts';
import { GroupTally } from './group-tally.ts';
import type { GroupView, Outcome } from './group-tally.ts';
import type { Members } from './members.ts';
import { RecordLog } from './record-log.ts';
import type { LogRecord } from './record-log.ts';
import type { Heard, Tally } from './tally.ts';
import { AT_THE_METERS, seenText } from './words.ts';

type Never = Extract<PlannedExpectation, { readonly kind: 'never' }>;

/** Codes of the records: the positive control, and what is forbidden by its place in the list. */
const CONTROL = 0;
const FIRST_FORBIDDEN = 1;

/**
 * Messages that no meter may say in a window. Each meter needs its own positive control: inside the
 * window and once more after it, with no number skipped between.
 */
export class SilenceTally extends GroupTally {
  readonly #never: Never;
  readonly #log = new RecordLog();

  constructor(members: Members, never: Never) {
    super(members, [never.since]);
    this.#never = never;
  }

  feed({ seq, atNs, observation }: Heard): void {
    if (observation.kind !== 'message' || observation.instrument !== AT_THE_METERS) return;
    const { kind, fields } = observation.message;
    const { forbidden, control } = this.#never;
    const place = forbidden.findIndex((one) => nameOf(one) === kind);
    const code = place < 0 ? CONTROL : FIRST_FORBIDDEN + place;
    if (code === CONTROL && kind !== control.message) return;
    // Controls go on for as long as the case does; those after the last that counts are not kept.
    if (atNs > this.#untilNs()) return;
    const row = this.members.rowOf(observation.meter);
    if (row < 0) return;
    const number = fields['sequenceNumber'] ?? -1;
    this.#log.add({ row, code, atNs, number, id: -1, pairsWith: -1, line: seq });
  }

  protected absorb(other: Tally): void {
    if (!(other instanceof SilenceTally)) throw new TypeError('tallies of two kinds');
    this.#log.absorb(other.#log);
  }

  #untilNs(): number {
    const { since, forNs, control } = this.#never;
    return (this.instants.at(since) ?? Number.POSITIVE_INFINITY) + forNs + control.withinNs;
  }

  protected view(): GroupView {
    const log = this.#log.sorted(this.members.count, this.#untilNs());
    const sinceNs = this.instants.at(this.#never.since) ?? null;
    return {
      outcomeOf: (row) => outcomeOf(this.#never, sinceNs, log.of(row)),
      columns: log.bytes(),
    };
  }
}

function outcomeOf(
  { forbidden, forNs, control }: Never,
  startNs: number | null,
  records: readonly LogRecord[],
): Outcome {
  if (startNs === null) return open('nothing to count from', []);
  const endNs = startNs + forNs;
  const inside = records.filter(({ atNs }) => atNs >= startNs && atNs <= endNs);
  const seen = inside.filter(({ code }) => code !== CONTROL);
  const [first] = seen;
  if (first !== undefined) {
    const name = nameOf(forbidden[first.code - FIRST_FORBIDDEN]);
    const why = `${name} came ${seenText(first.atNs - startNs)} into the window`;
    return { fault: 'seen', why, values: [], lines: seen.map(({ line }) => line) };
  }
  const controls = records.filter(({ code }) => code === CONTROL);
  const last = inside.findLast(({ code }) => code === CONTROL);
  if (last === undefined) return open(`no ${control.message} inside the window`, []);
  const after = controls.find(({ atNs }) => atNs > endNs && atNs <= endNs + control.withinNs);
  if (after === undefined) return open(`no ${control.message} after the window`, [last]);
  const before = controls.findLast(({ atNs }) => atNs < startNs);
  const chain = controls.slice(before === undefined ? 0 : controls.indexOf(before));
  const lost = chain.slice(0, chain.indexOf(after) + 1).find(isAfterGap);
  if (lost === undefined) {
    return { fault: null, why: '', values: [], lines: [last.line, after.line] };
  }
  return open(`a ${control.message} before number ${lost.number} is missing`, [last, after]);
}

/** A number that was skipped says that the path lost a message, and might have lost another. */
function isAfterGap({ number }: LogRecord, place: number, chain: readonly LogRecord[]): boolean {
  const before = chain[place - 1]?.number ?? -1;
  return before >= 0 && number > before + 1;
}

function open(why: string, records: readonly LogRecord[]): Outcome {
  return { fault: 'no control', why, values: [], lines: records.map(({ line }) => line) };
}

function nameOf(forbidden: Forbidden | undefined): string {
  return forbidden !== undefined && 'message' in forbidden ? forbidden.message : '';
}
