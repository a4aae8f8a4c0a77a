import { formatDurationNs } from '../../../devices/domain/quantity.ts';
import type { Forbidden } from '../../plan/plan.ts';
import { missing } from '../blocked.ts';
import { named, seenOf } from '../case-record.ts';
import type { CaseRecord, Seen } from '../case-record.ts';
import { controlled, openWindow } from '../control.ts';
import type { Window } from '../control.ts';
import { finding, together } from '../finding.ts';
import type { ExpectationOf, Finding } from '../finding.ts';
import { roundedDuration } from '../rounded-text.ts';

type ForbiddenMessage = Extract<Forbidden, { readonly message: unknown }>;
type ForbiddenEvent = Extract<Forbidden, { readonly event: number }>;

/** Things that must not be seen in a window. What was seen fails; what was not needs its control. */
export function judgeNever(expectation: ExpectationOf<'never'>, record: CaseRecord): Finding {
  const opened = openWindow(record, expectation);
  if (!opened.ok) return opened.finding;
  const { window } = opened;
  const control = controlled(record, window, expectation.control);
  const names = expectation.forbidden.map(nameOf).join(', ');
  const reason = `${names}: not seen in ${formatDurationNs(expectation.forNs)}`;
  const silence = control.ok ? finding('pass', reason, control.evidence) : control.finding;
  const findings = expectation.forbidden.map((forbidden) =>
    'message' in forbidden
      ? judgeMessage(forbidden, record, window)
      : judgeEvent(forbidden, record, window),
  );
  const found = findings.filter((one) => one !== null);
  return together(silence, found);
}

/** A message that was seen in the window, as a fail; null when there was none. */
function judgeMessage(
  { message }: ForbiddenMessage,
  record: CaseRecord,
  { startNs, endNs, seq }: Window,
): Finding | null {
  const came = seenOf(record, 'message').filter(
    ({ observation, atNs }) =>
      observation.message.kind === message && atNs >= startNs && atNs <= endNs,
  );
  const [first] = came;
  if (first === undefined) return null;
  const when = `${roundedDuration(first.atNs - startNs)} into the window`;
  const times = came.length === 1 ? when : `${came.length} times, first ${when}`;
  return finding('fail', `${message} must never come, but came ${times}`, [
    seq,
    ...came.map((seen) => seen.seq),
  ]);
}

type LogReading = Seen<'event-log'>;

/** Events that our own setting of the clock logs: C12.19, old time and new time. */
const CODES_OF_SETTING_THE_CLOCK: readonly number[] = [3, 4];

/**
 * An event is put in time by the readings round it: each brings what is new since the one before.
 * The log as read after the window is the control of its own path: it says what was written.
 */
function judgeEvent({ event, log }: ForbiddenEvent, record: CaseRecord, window: Window): Finding {
  const own = named(record, 'event-log', log);
  if (own.length === 0) return missing(record, log, `event log '${log}'`);
  const readings = readingsOver(window, seenOf(record, 'event-log'));
  const pairs = readings.slice(1).map((reading, index) => ({ reading, before: readings[index] }));
  const suspects = pairs.flatMap(({ reading, before }) =>
    reading != null && holds(reading, event)
      ? [{ reading, doubt: doubtOf(event, record, reading, before ?? null) }]
      : [],
  );
  const guilty = suspects.find(({ doubt }) => doubt === null) ?? suspects[0];
  if (guilty !== undefined) {
    const { reading, doubt } = guilty;
    const where = `event ${event} stands in log '${reading.observation.name}'`;
    if (doubt !== null) {
      return finding('inconclusive', `${where}, but ${doubt}`, [reading.seq], {
        blame: 'scenario',
      });
    }
    return finding('fail', `${where}, but must never be logged`, [reading.seq]);
  }
  const evidence = own.map(({ seq }) => seq);
  if (own.some(({ atNs }) => atNs >= window.endNs)) {
    return finding('pass', `event ${event} does not stand in log '${log}'`, evidence);
  }
  const reason = `no control: log '${log}' was read before the end of the window only`;
  return finding('inconclusive', reason, evidence, { blame: 'scenario' });
}

/**
 * The readings that tell what was logged in a window, after the one from which they count: the last
 * one up to its start, null when there is none. The last one is the first at its end or later.
 */
function readingsOver(
  { startNs, endNs }: Window,
  all: readonly LogReading[],
): readonly (LogReading | null)[] {
  const from = all.findLastIndex(({ atNs }) => atNs <= startNs);
  const later = all.slice(from + 1);
  const until = later.findIndex(({ atNs }) => atNs >= endNs);
  return [all[from] ?? null, ...(until === -1 ? later : later.slice(0, until + 1))];
}

/** Why an event that is new in a reading may not be the meter's doing in the window; null if it is. */
function doubtOf(
  event: number,
  { steps }: CaseRecord,
  reading: LogReading,
  before: LogReading | null,
): string | null {
  if (before === null) {
    return 'the log was not read before the window opened, so it may be older: read the event log before the window opens';
  }
  if (!CODES_OF_SETTING_THE_CLOCK.includes(event)) return null;
  const ours = steps.find(
    ({ planned, opened, closed }) =>
      planned.action.do === 'set-meter-clock' &&
      opened !== null &&
      opened.seq < reading.seq &&
      (closed === null || closed.seq > before.seq),
  );
  if (ours === undefined) return null;
  return `${ours.planned.id} set the meter's clock after the reading before it: read the event log between that and the window`;
}

function holds({ observation }: LogReading, code: number): boolean {
  return observation.events.some((event) => event.code === code);
}

function nameOf(forbidden: Forbidden): string {
  return 'message' in forbidden ? forbidden.message : `event ${forbidden.event}`;
}
