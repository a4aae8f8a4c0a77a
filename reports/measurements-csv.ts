import { stringify } from 'csv-stringify/sync';
import type { Entry } from '../harness/journal/entry.ts';
import { entriesByCase, recordOf, seenOf } from '../harness/verdict/case-record.ts';
import type { Seen } from '../harness/verdict/case-record.ts';
import type { Verdict } from '../harness/verdict/verdict.ts';
import type { Report } from './report.ts';

/** Of measurements.csv, in order. Numbers are in the unit of the row, as the journal has them. */
export const MEASUREMENT_COLUMNS = [
  'run',
  'scenario',
  'case',
  'position',
  'meter',
  'line',
  'benchTimeNs',
  'measurement',
  'value',
  'unit',
  'expandedUncertainty',
  'coverageFactor',
  'resolution',
  'uncertaintyBudget',
  'rawCounts',
  'instrument',
  'requirement',
  'verdict',
  'minimum',
  'maximum',
  'limitOrigin',
  'limitIsDefault',
  'margin',
] as const;

type Column = (typeof MEASUREMENT_COLUMNS)[number];
type Cells = Partial<Readonly<Record<Column, string | number | boolean | null>>>;

/**
 * The text of measurements.csv (RFC 4180): a row for each reading and each requirement that rests on
 * it. A reading that no verdict rests on has a row as well, with nothing in the last columns.
 */
export function renderMeasurements(report: Report, entries: readonly Entry[]): string {
  return stringify(rowsOf(report, entries), {
    header: true,
    columns: [...MEASUREMENT_COLUMNS],
    record_delimiter: 'windows',
    cast: { boolean: String },
  });
}

function rowsOf({ plan, runId, judgement }: Report, entries: readonly Entry[]): Cells[] {
  if (plan === null) return [];
  const byCase = entriesByCase(entries);
  const verdicts = Map.groupBy(judgement.verdicts, (one) => `${one.scenario}#${one.case}`);
  return plan.cases.flatMap((planned) => {
    const readings = seenOf(recordOf(planned, plan, byCase.get(planned.key) ?? []), 'reading');
    const own = verdicts.get(planned.key) ?? [];
    return readings.flatMap((seen) => {
      const head = { run: runId, scenario: planned.scenario, case: planned.name };
      const cells = { ...head, ...readingCells(seen) };
      const resting = own.filter((verdict) => restsOn(verdict, seen));
      return resting.length === 0
        ? [cells]
        : resting.map((verdict) => ({ ...cells, ...verdictCells(verdict) }));
    });
  });
}

/** Whether the verdict is about this reading, not only one that was made beside it. */
function restsOn({ evidence, measured }: Verdict, { seq, observation }: Seen<'reading'>): boolean {
  return evidence.includes(seq) && measured?.name === observation.name;
}

function readingCells({ seq, atNs, observation }: Seen<'reading'>): Cells {
  const { name, value, unit, expandedUncertainty, coverageFactor, resolution } = observation;
  const budget = observation.budget.map((one) => `${one.source}=${one.standardUncertainty}`);
  const raw = Object.entries(observation.raw).map(([what, count]) => `${what}=${count}`);
  return {
    position: observation.position,
    meter: observation.meter,
    line: seq,
    benchTimeNs: atNs,
    measurement: name,
    value,
    unit,
    expandedUncertainty,
    coverageFactor,
    resolution,
    uncertaintyBudget: budget.join('; '),
    rawCounts: raw.join('; '),
    instrument: observation.instrument,
  };
}

function verdictCells({ requirement, verdict, limit, margin }: Verdict): Cells {
  return {
    requirement,
    verdict,
    minimum: limit?.minimum ?? null,
    maximum: limit?.maximum ?? null,
    limitOrigin: limit?.origin ?? null,
    limitIsDefault: limit?.default ?? null,
    margin,
  };
}
