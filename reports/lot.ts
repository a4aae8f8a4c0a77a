import { deviationOf, meanOf } from '../devices/domain/spread.ts';
import type { Unit } from '../devices/domain/quantity.ts';
import type { Plan, PlannedCase } from '../harness/plan/plan.ts';
import { abilitiesFor, positionsOf, questionOf } from '../harness/verdict/positions.ts';
import type { Verdict, VerdictWord } from '../harness/verdict/verdict.ts';

/** What one meter of a lot came to in one measurement. */
export interface LotRow {
  readonly position: string;
  readonly meterSerial: string;
  /** Null when nothing was measured, as the verdict then says. */
  readonly value: number | null;
  /** U in the unit of the value. */
  readonly expandedUncertainty: number | null;
  readonly verdict: VerdictWord;
}

/** One measurement over all meters of a lot; numbers in `unit`. */
export interface LotMeasurement {
  readonly scenario: string;
  /** Name of the case without the position. */
  readonly case: string;
  readonly requirement: string;
  readonly measurement: string;
  readonly unit: Unit;
  readonly rows: readonly LotRow[];
  readonly n: number;
  readonly mean: number;
  /** s(n-1); null for a single value. */
  readonly deviation: number | null;
  readonly minimum: number;
  readonly maximum: number;
}

interface Judged {
  readonly planned: PlannedCase;
  readonly verdict: Verdict;
}

/** Every measurement that was judged at more than one socket, in the order of the verdicts. */
export function lotOf(plan: Plan | null, verdicts: readonly Verdict[]): readonly LotMeasurement[] {
  if (plan === null || positionsOf(plan).length < 2) return [];
  const cases = new Map(plan.cases.map((planned) => [planned.key, planned]));
  const judged = verdicts.flatMap((verdict): readonly Judged[] => {
    const planned = cases.get(`${verdict.scenario}#${verdict.case}`);
    return planned === undefined || planned.fleet !== null ? [] : [{ planned, verdict }];
  });
  const groups = Map.groupBy(judged, ({ planned, verdict }) =>
    JSON.stringify([planned.scenario, questionOf(planned), verdict.requirement]),
  );
  return [...groups.values()].flatMap((group) => measurementOf(group, plan));
}

function measurementOf(group: readonly Judged[], plan: Plan): readonly LotMeasurement[] {
  const first = group.find(({ verdict }) => verdict.measured !== null);
  const measured = first?.verdict.measured;
  if (first === undefined || measured == null) return [];
  const isSame = ({ verdict }: Judged): boolean =>
    verdict.measured?.name === measured.name && verdict.measured.unit === measured.unit;
  const rows = group.map((one): LotRow => {
    const { position, meterSerial } = abilitiesFor(one.planned, plan);
    const own = isSame(one) ? one.verdict.measured : null;
    return {
      position,
      meterSerial,
      value: own?.value ?? null,
      expandedUncertainty: own?.expandedUncertainty ?? null,
      verdict: one.verdict.verdict,
    };
  });
  const values = rows.flatMap(({ value }) => value ?? []);
  return [
    {
      scenario: first.planned.scenario,
      case: questionOf(first.planned),
      requirement: first.verdict.requirement,
      measurement: measured.name,
      unit: measured.unit,
      rows,
      n: values.length,
      mean: meanOf(values),
      deviation: deviationOf(values),
      minimum: Math.min(...values),
      maximum: Math.max(...values),
    },
  ];
}
