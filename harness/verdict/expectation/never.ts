import { formatDurationNs } from '../../../devices/domain/quantity.ts';
import type { Forbidden } from '../../plan/plan.ts';
import { missing } from '../blocked.ts';
import { named, seenOf } from '../case-record.ts';
import type { CaseRecord, Seen } from '../case-record.ts';
import { controlled, openWindow } from '../control.ts';
import type { Window } from '../control.ts';
import { finding, together } from '../finding.ts';
import type { ExpectationOf, Finding } from '../finding.ts';

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
  const when = `${formatDurationNs(first.atNs - startNs)} into the window`;
  const times = came.length === 1 ? when : `${came.length} times, first ${when}`;
  return finding('fail', `${message} must never come, but came ${times}`, [
    seq,
    ...came.map((seen) => seen.seq),
  ]);
}

/** The log as read after the window is the control of its own path: it says what was written. */
function judgeEvent({ event, log }: ForbiddenEvent, record: CaseRecord, window: Window): Finding {
  const readings = named(record, 'event-log', log);
  const guilty = readings.find((reading) => holds(reading, event));
  if (guilty !== undefined) {
    return finding('fail', `event ${event} must never be logged, but stands in log '${log}'`, [
      guilty.seq,
    ]);
  }
  const after = readings.find(({ atNs }) => atNs >= window.endNs);
  if (after !== undefined) {
    return finding('pass', `event ${event} does not stand in log '${log}'`, [after.seq]);
  }
  if (readings.length === 0) return missing(record, log, `event log '${log}'`);
  const reason = `no control: log '${log}' was read before the end of the window only`;
  const evidence = readings.map(({ seq }) => seq);
  return finding('inconclusive', reason, evidence, { blame: 'scenario' });
}

function holds({ observation }: Seen<'event-log'>, code: number): boolean {
  return observation.events.some((event) => event.code === code);
}

function nameOf(forbidden: Forbidden): string {
  return 'message' in forbidden ? forbidden.message : `event ${forbidden.event}`;
}
