import { NS_PER_S } from '../../../devices/domain/time.ts';
import { seenOf } from '../../../harness/verdict/case-record.ts';
import type { CaseRecord } from '../../../harness/verdict/case-record.ts';
import type { Finding } from '../../../harness/verdict/finding.ts';
import { invalidity } from '../../../harness/verdict/validity.ts';
import type { ActionKind } from '../../../rigs/port/action.ts';
import type { FleetDescription, FleetHealth } from '../../../rigs/port/fleet.ts';
import type { Material } from '../material.ts';

/** What a fleet was asked to send in a case of wall time, and what became of it. */
export interface LoadCase {
  readonly record: CaseRecord;
  readonly health: FleetHealth;
  readonly seq: number;
  readonly bounds: FleetDescription['lagBounds'];
  /** Instants since the case began. */
  readonly points: readonly LoadSecond[];
  /** How many seconds of the run one point stands for. */
  readonly secondsPerPoint: number;
  readonly steps: readonly { readonly name: string; readonly atNs: number }[];
  /** Why nothing is judged; null when generator and observer kept their bounds. */
  readonly invalid: Finding | null;
}

/** Rates per second, and the lag that one message in a hundred exceeded. */
export type LoadSecond = FleetHealth['series'][number];

/** Points that a line of the chart has at most. */
const POINTS_AT_MOST = 240;

/** Steps after which meters say something: what makes a rate rise or fall. */
const CAUSES: ReadonlySet<ActionKind> = new Set<ActionKind>([
  'open-mains',
  'close-mains',
  'interrupt-mains',
  'restore-mains',
  'provision',
  'read-intervals',
  'poll-meters',
  'set-link',
  'restart-head-end',
]);

/** Cases of fleets of which second by second is known what they sent. */
export function loadCases({ records }: Material): readonly LoadCase[] {
  return records.flatMap((record) => {
    const { fleet } = record.planned;
    const last = seenOf(record, 'health').at(-1);
    if (fleet === null || last === undefined) return [];
    const { health } = last.observation;
    if (health.series.length === 0) return [];
    const zeroNs = record.opened?.atNs ?? 0;
    return [
      {
        record,
        health,
        seq: last.seq,
        bounds: fleet.lagBounds,
        ...pointsOf(health.series, zeroNs),
        steps: causes(record, zeroNs),
        invalid: invalidity(record),
      },
    ];
  });
}

function causes({ steps }: CaseRecord, zeroNs: number): LoadCase['steps'] {
  return steps.flatMap(({ planned: { id, action }, opened }) => {
    if (opened === null || !CAUSES.has(action.do)) return [];
    // A step without a name of its own is known by what it does.
    const name = /^step-\d+$/.test(id) ? action.do : id;
    return [{ name, atNs: opened.atNs - zeroNs }];
  });
}

/**
 * The seconds of a run as points of equal length: the mean of the rates, and the worst of the lags.
 * A second in which nothing happened is not in the series: its rates are zero.
 */
function pointsOf(
  series: readonly LoadSecond[],
  zeroNs: number,
): Pick<LoadCase, 'points' | 'secondsPerPoint'> {
  const firstNs = series[0]?.atNs ?? 0;
  const lastNs = series.at(-1)?.atNs ?? firstNs;
  const seconds = Math.max(0, Math.round((lastNs - firstNs) / NS_PER_S)) + 1;
  const size = Math.ceil(seconds / POINTS_AT_MOST);
  const bySlot = Map.groupBy(series, ({ atNs }) => Math.floor((atNs - firstNs) / size / NS_PER_S));
  const points = Array.from({ length: Math.ceil(seconds / size) }, (_, slot) => {
    const own = bySlot.get(slot) ?? [];
    const length = Math.min(size, seconds - slot * size);
    const mean = (of: (one: LoadSecond) => number): number =>
      own.reduce((sum, one) => sum + of(one), 0) / length;
    return {
      atNs: firstNs - zeroNs + slot * size * NS_PER_S,
      offered: mean((one) => one.offered),
      achieved: mean((one) => one.achieved),
      received: mean((one) => one.received),
      lagP99Ns: Math.max(0, ...own.map((one) => one.lagP99Ns)),
    };
  });
  return { points, secondsPerPoint: size };
}
