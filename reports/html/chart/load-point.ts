import { formatQuantity } from '../../../devices/domain/quantity.ts';
import { named } from '../../../harness/verdict/case-record.ts';
import type { CaseRecord } from '../../../harness/verdict/case-record.ts';
import { LOAD_KINDS } from '../../../devices/domain/load-kind.ts';
import type { LoadKind } from '../../../devices/domain/load-kind.ts';
import type { Limits } from '../../../harness/plan/plan.ts';
import type { ActionOf } from '../../../rigs/port/action.ts';
import type { Reading } from '../../../rigs/port/observation.ts';
import type { Material, Row } from '../material.ts';

/** The error of registration at one load, with the limits that its case sets. */
export interface LoadPoint {
  /** Voltage and power factor, in words. */
  readonly condition: string;
  readonly currentMilliAmps: number;
  /** What it is to average registration; 'load' where the case does not say. */
  readonly kind: LoadKind;
  /** The scenario and the meter that it belongs to, in words. */
  readonly series: string;
  readonly reading: Reading;
  readonly seq: number;
  /** Errors of the single gates, ppm. */
  readonly repeats: readonly number[];
  readonly limits: Limits | null;
  readonly isGuarded: boolean;
  /** The verdict on the reading by these limits; null when there is none. */
  readonly row: Row | null;
}

/** Every reading of measure-accuracy with the load that the plan had applied before it. */
export function loadPoints({ records, rows }: Material): readonly LoadPoint[] {
  return records.flatMap((record) => {
    let load: ActionOf<'apply-load'> | null = null;
    const points: LoadPoint[] = [];
    for (const { planned } of record.steps) {
      const { action } = planned;
      if (action.do === 'apply-load') load = action;
      if (action.do === 'measure-accuracy' && load !== null) {
        points.push(...pointsOf(record, action.as, load, rows));
      }
    }
    return points;
  });
}

function pointsOf(
  record: CaseRecord,
  name: string,
  load: ActionOf<'apply-load'>,
  rows: readonly Row[],
): readonly LoadPoint[] {
  const limits = limitsOf(record, name);
  return named(record, 'reading', name).map(({ observation, seq }) => ({
    condition: `${conditionOf(load)}${socketOf(record)}`,
    currentMilliAmps: load.currentMilliAmps,
    kind: kindOf(record),
    series: `${record.planned.scenario}, meter ${record.meter}`,
    reading: observation,
    seq,
    repeats: repeatsOf(observation),
    limits,
    isGuarded: limits?.rule === 'guard band',
    row: rows.find((row) => isAbout(row, record, name)) ?? null,
  }));
}

/** Meters of a lot have a curve each. */
function socketOf({ planned: { position } }: CaseRecord): string {
  return position === undefined ? '' : `, position ${position}`;
}

function kindOf({ planned: { parameters } }: CaseRecord): LoadKind {
  const { kind } = parameters;
  return LOAD_KINDS.find((one) => one === kind) ?? 'load';
}

function conditionOf({ voltageMilliVolts, powerFactorPpm }: ActionOf<'apply-load'>): string {
  const voltage = formatQuantity({ value: voltageMilliVolts, unit: 'mV' });
  return `${voltage}, power factor ${powerFactorPpm / 1e6}`;
}

function limitsOf(record: CaseRecord, name: string): Limits | null {
  const found = record.planned.expectations.find(
    (expectation) => expectation.kind === 'measure' && expectation.measurement === name,
  );
  return found?.kind === 'measure' ? found.limits : null;
}

/** The standard's driver keeps each gate as a raw value errorPpm1, errorPpm2, ... */
function repeatsOf({ raw }: Reading): readonly number[] {
  return Object.entries(raw)
    .filter(([key]) => /^errorPpm\d+$/.test(key))
    .map(([, value]) => value);
}

/** Other expectations may rest on the reading too: the one that sets the limits is meant. */
function isAbout({ planned, expectation }: Row, record: CaseRecord, name: string): boolean {
  if (planned?.key !== record.planned.key) return false;
  return expectation?.kind === 'measure' && expectation.measurement === name;
}
