import { NS_PER_MS } from '../../../devices/domain/time.ts';
import type { LoggedEvent } from '../../../rigs/port/observation.ts';
import { missing } from '../blocked.ts';
import { named } from '../case-record.ts';
import type { CaseRecord } from '../case-record.ts';
import { evaluate } from '../evaluate.ts';
import { finding, marginOf, toleranceLimit } from '../finding.ts';
import type { ExpectationOf, Finding } from '../finding.ts';
import { roundedDuration } from '../rounded-text.ts';

/** Codes that must stand in a log in this order, each exactly once; other codes do not disturb. */
export function judgeEvents(expectation: ExpectationOf<'events'>, record: CaseRecord): Finding {
  const { log, codes, stampsDifferBy } = expectation;
  const reading = named(record, 'event-log', log).at(-1);
  if (reading === undefined) return missing(record, log, `event log '${log}'`);
  const events = reading.observation.events.filter(({ code }) => codes.includes(code));
  const found = events.map(({ code }) => code);
  if (found.length !== codes.length || found.some((code, index) => code !== codes[index])) {
    const seen = found.length === 0 ? 'none of them' : found.join(', ');
    const reason = `log '${log}' must hold the events ${codes.join(', ')}, but holds ${seen}`;
    return finding('fail', reason, [reading.seq]);
  }
  if (stampsDifferBy !== null) return judgeStamps(expectation, record, events, reading.seq);
  return finding('pass', `log '${log}' holds the events ${codes.join(', ')}`, [reading.seq]);
}

function judgeStamps(
  { log, stampsDifferBy }: ExpectationOf<'events'>,
  record: CaseRecord,
  events: readonly LoggedEvent[],
  seq: number,
): Finding {
  const [first, last] = [events[0], events.at(-1)];
  if (stampsDifferBy === null || first === undefined || last === undefined) {
    return finding('inconclusive', `log '${log}' is asked for no event`, [seq], {
      blame: 'scenario',
    });
  }
  const right = evaluate(record, stampsDifferBy.is);
  if (!right.ok) return right.finding;
  const evidence = [seq, ...right.evidence];
  if (typeof right.value !== 'number') {
    const reason = `"${stampsDifferBy.is}" is ${right.value}, not a number`;
    return finding('inconclusive', reason, evidence, { blame: 'scenario' });
  }
  const value = (last.stampMs - first.stampMs) * NS_PER_MS;
  const { is, tolerance } = stampsDifferBy;
  const limit = toleranceLimit(right.value, tolerance, 'ns', is);
  const margin = marginOf(value, limit) ?? 0;
  const name = `stamp of event ${last.code} - stamp of event ${first.code}`;
  const measured = { name, value, unit: 'ns', expandedUncertainty: null } as const;
  const reason = `the stamps in log '${log}' differ by ${roundedDuration(value)}`;
  return finding(margin >= 0 ? 'pass' : 'fail', reason, evidence, { measured, limit, margin });
}
