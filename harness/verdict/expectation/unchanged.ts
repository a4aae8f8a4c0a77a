import { formatDurationNs, formatQuantity } from '../../../devices/domain/quantity.ts';
import { missing } from '../blocked.ts';
import { named } from '../case-record.ts';
import type { CaseRecord, Mark } from '../case-record.ts';
import { controlled, openWindow } from '../control.ts';
import type { Window } from '../control.ts';
import { finding, marginOf, toleranceLimit } from '../finding.ts';
import type { ExpectationOf, Finding } from '../finding.ts';
import { roundedDuration, roundedText } from '../rounded-text.ts';

/** Two readings that must agree over a window in which the meter was heard all along. */
export function judgeUnchanged(
  expectation: ExpectationOf<'unchanged'>,
  record: CaseRecord,
): Finding {
  const opened = openWindow(record, expectation);
  if (!opened.ok) return opened.finding;
  const before = named(record, 'reading', expectation.before).at(-1);
  if (before === undefined) {
    return missing(record, expectation.before, `reading '${expectation.before}'`);
  }
  const after = named(record, 'reading', expectation.after).at(-1);
  if (after === undefined) {
    return missing(record, expectation.after, `reading '${expectation.after}'`);
  }
  const evidence = [before.seq, after.seq];
  const gap = unwatched(expectation, opened.window, before, after);
  if (gap !== null) return finding('inconclusive', gap, evidence, { blame: 'scenario' });
  const { tolerance } = expectation;
  const { unit } = after.observation;
  const value = after.observation.value - before.observation.value;
  const uncertainty = Math.hypot(
    before.observation.expandedUncertainty,
    after.observation.expandedUncertainty,
  );
  const name = `${expectation.after} - ${expectation.before}`;
  const measured = { name, value, unit, expandedUncertainty: uncertainty };
  const limit = toleranceLimit(0, tolerance, unit);
  const margin = marginOf(value, limit) ?? 0;
  const more = { measured, limit, margin };
  if (uncertainty > tolerance && margin >= -uncertainty) {
    const reason =
      `a change by ${formatQuantity({ value: tolerance, unit })} cannot be told from ` +
      `U = ${roundedText({ value: uncertainty, unit })}`;
    return finding('inconclusive', reason, evidence, { ...more, blame: 'rig' });
  }
  if (margin < 0) return finding('fail', `${name} is more than its tolerance`, evidence, more);
  const control = controlled(record, opened.window, expectation.control);
  if (!control.ok) return { ...control.finding, ...more };
  return finding(
    'pass',
    `${name} is within its tolerance`,
    [...evidence, ...control.evidence],
    more,
  );
}

/** Which part of the window lies outside the two readings, where a change would not show; or null. */
function unwatched(
  expectation: ExpectationOf<'unchanged'>,
  { startNs, endNs }: Window,
  before: Mark,
  after: Mark,
): string | null {
  const since = (atNs: number): string =>
    atNs < startNs
      ? 'before the window opened'
      : `${roundedDuration(atNs - startNs)} after the window opened`;
  if (after.atNs < endNs || after.atNs <= before.atNs) {
    return (
      `'${expectation.after}' was read ${since(after.atNs)}, but the window lasts ` +
      `${formatDurationNs(endNs - startNs)}: it must be read at its end or later`
    );
  }
  if (before.atNs <= startNs) return null;
  return (
    `'${expectation.before}' was read ${since(before.atNs)}: it must be read before that, ` +
    'or a change until then would not show'
  );
}
