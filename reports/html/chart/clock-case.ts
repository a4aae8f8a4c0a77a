import { decisive, isNonEmpty } from '../../../harness/verdict/finding.ts';
import { named } from '../../../harness/verdict/case-record.ts';
import type { CaseRecord, Seen } from '../../../harness/verdict/case-record.ts';
import type { VerdictWord } from '../../../harness/verdict/verdict.ts';
import type { ActionOf } from '../../../rigs/port/action.ts';
import type { Reading } from '../../../rigs/port/observation.ts';
import type { Material, Row } from '../material.ts';

/** What a case with a clock synchronisation did to the meter's clock. Deviations in ns. */
export interface ClockCase {
  readonly record: CaseRecord;
  /** The band as it was last configured before the clock was awaited. */
  readonly band: {
    readonly lowerNs: number;
    readonly upperNs: number;
    readonly enabled: boolean;
  } | null;
  readonly beforeNs: number | null;
  /** Nobody measured the deviation before: it is the one to which the clock was set. */
  readonly isCommanded: boolean;
  readonly after: Reading | null;
  /** Lines of the two readings. */
  readonly lines: readonly number[];
  /** The worst verdict of the case. */
  readonly word: VerdictWord | null;
}

/** Cases that configure the synchronisation, wait for one and measure the clock after it. */
export function clockCases({ records, rows }: Material): readonly ClockCase[] {
  return records.flatMap((record) => {
    const own = rows.filter(({ planned }) => planned?.key === record.planned.key);
    return clockCase(record, own) ?? [];
  });
}

function clockCase(record: CaseRecord, rows: readonly Row[]): ClockCase | null {
  const actions = record.planned.steps.map(({ action }) => action);
  const sync = actions.findIndex(
    (action) => action.do === 'await' && action.message === 'clock-reference-request',
  );
  if (sync < 0) return null;
  const before = readingIn(record, actions.slice(0, sync), 'last');
  const after = readingIn(record, actions.slice(sync), 'first');
  const commanded = setBefore(actions.slice(0, sync));
  if (before === null && after === null) return null;
  return {
    record,
    band: bandBefore(actions.slice(0, sync)),
    beforeNs: before?.observation.value ?? commanded,
    isCommanded: before === null && commanded !== null,
    after: after?.observation ?? null,
    lines: [before, after].flatMap((seen) => (seen === null ? [] : [seen.seq])),
    word: wordOf(rows),
  };
}

type Actions = readonly CaseRecord['planned']['steps'][number]['action'][];

/** The reading of the first or last measure-clock among these actions. */
function readingIn(
  record: CaseRecord,
  actions: Actions,
  which: 'first' | 'last',
): Seen<'reading'> | null {
  const measures = actions.filter((action) => action.do === 'measure-clock');
  const measure = measures.at(which === 'first' ? 0 : -1);
  return measure === undefined ? null : (named(record, 'reading', measure.as).at(-1) ?? null);
}

function setBefore(actions: Actions): number | null {
  const set = actions.findLast((action) => action.do === 'set-meter-clock');
  return set?.do === 'set-meter-clock' ? set.offByNs : null;
}

/** Bounds that cross are refused by the meter and never hold. */
function bandBefore(actions: Actions): ClockCase['band'] {
  const configured = actions.findLast(
    (action): action is ActionOf<'configure-clock-sync'> =>
      action.do === 'configure-clock-sync' && action.lowerNs <= action.upperNs,
  );
  if (configured === undefined) return null;
  const { lowerNs, upperNs, enabled } = configured;
  return { lowerNs, upperNs, enabled };
}

function wordOf(rows: readonly Row[]): VerdictWord | null {
  const findings = rows.map(({ verdict }) => verdict);
  return isNonEmpty(findings) ? decisive(findings).verdict : null;
}
