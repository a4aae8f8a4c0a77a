import { MS_PER_S, NS_PER_MS } from '../../../domain/time.ts';
import { valueAt } from '../../../protocol/c12-19/layout.ts';
import type { TableValue } from '../../../protocol/c12-19/tables.ts';
import { at, clockUtcSeconds } from '../../clock.ts';
import { INVALID, type ProcedureCall, RESULT, type StandardProcedures } from './procedure.ts';

const DAY_MS = 86_400_000;

export const CLOCK_PROCEDURES: StandardProcedures = {
  /** Answers with the clock before and after. */
  'set-date-and-time': (call, parameters) => {
    const { meters, give } = call;
    const beforeMs = shownMs(call);
    const wantedMs = wanted(parameters, beforeMs);
    if (wantedMs === null) return INVALID;
    give({ kind: 'set-clock', shownNs: (wantedMs - meters.startUtcMs) * NS_PER_MS });
    // In wall time the clock is set some microseconds after the call came: not before that is after.
    const setAtNs = Math.max(call.nowNs, at(meters.clockAnchorNs, call.row));
    const data = { CLOCK_BEFORE: beforeMs, CLOCK_AFTER: shownMs({ ...call, nowNs: setAtNs }) };
    return { result: RESULT.completed, data };
  },
};

function shownMs({ meters, row, nowNs }: ProcedureCall): number {
  return clockUtcSeconds(meters, row, nowNs) * MS_PER_S;
}

/** UTC ms that the clock is to show: the parts that the mask names are new, the others stay. */
function wanted(parameters: TableValue, presentMs: number): number | null {
  const givenMs = parameters['DATE_TIME'];
  if (typeof givenMs !== 'number') return null;
  const timeFrom = valueAt(parameters, 'SET_MASK.SET_TIME_FLAG') === true ? givenMs : presentMs;
  const dateFrom = valueAt(parameters, 'SET_MASK.SET_DATE_FLAG') === true ? givenMs : presentMs;
  return dateFrom - (dateFrom % DAY_MS) + (timeFrom % DAY_MS);
}
