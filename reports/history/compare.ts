import type { MeasuredValue, Verdict } from '../../harness/verdict/verdict.ts';
import type { Plan } from '../../harness/plan/plan.ts';
import { passed, questionKey, type Transition } from './transition.ts';

/** A measurement of two runs: what lies within the band is noise. Numbers in the unit of the values. */
export interface Difference {
  readonly before: MeasuredValue;
  readonly after: MeasuredValue;
  readonly change: number;
  /**
   * Expanded uncertainty of the difference of two independent readings, the root of the sum of squares
   * (GUM 5.1.2); null when neither run knows an uncertainty: then every change is shown as one.
   */
  readonly band: number | null;
  readonly isNoise: boolean;
}

/** One question in two runs; null where a run did not ask it. */
export interface Compared {
  readonly before: Verdict | null;
  readonly after: Verdict | null;
  readonly transition: Exclude<Transition, 'flaky'> | 'gone' | 'undecided';
  /** Null unless both measured the same thing in the same unit. */
  readonly difference: Difference | null;
}

/** What two runs were given, beside what they came to; null for a journal without a plan. */
export type Asked = Pick<Plan, 'title' | 'seed' | 'time' | 'defect'> & {
  readonly abilities: Pick<Plan['abilities'], 'bench' | 'meterSerial'>;
};

/** In what two runs were not the same from the beginning: a difference of them says little then. */
export function unlikeness(before: Asked | null, after: Asked | null): readonly string[] {
  const told = (one: Asked | null): Readonly<Record<string, string>> => ({
    title: one?.title ?? 'no plan',
    seed: String(one?.seed),
    time: String(one?.time),
    defect: one?.defect ?? 'none',
    bench: String(one?.abilities.bench),
    meter: String(one?.abilities.meterSerial),
  });
  const later = told(after);
  return Object.entries(told(before)).flatMap(([name, value]) =>
    value === later[name] ? [] : [`${name} ${value} -> ${later[name]}`],
  );
}

/** Lays the verdicts of two runs beside each other, in the order of the later run; those gone come last. */
export function compareRuns(
  before: readonly Verdict[],
  after: readonly Verdict[],
): readonly Compared[] {
  const earlier = new Map(before.map((verdict) => [questionKey(verdict), verdict]));
  const later = new Set(after.map(questionKey));
  return [
    ...after.map((verdict) => compare(earlier.get(questionKey(verdict)) ?? null, verdict)),
    ...before
      .filter((verdict) => !later.has(questionKey(verdict)))
      .map((verdict) => compare(verdict, null)),
  ];
}

function compare(before: Verdict | null, after: Verdict | null): Compared {
  const difference = differenceOf(before?.measured ?? null, after?.measured ?? null);
  return { before, after, transition: changeOf(before, after), difference };
}

function changeOf(before: Verdict | null, after: Verdict | null): Compared['transition'] {
  if (before === null) return 'new';
  if (after === null) return 'gone';
  if (before.verdict === after.verdict) return 'same';
  const was = passed(before.verdict);
  const is = passed(after.verdict);
  if (was === null || is === null) return 'undecided';
  if (was === is) return 'same';
  return is ? 'fixed' : 'regressed';
}

function differenceOf(
  before: MeasuredValue | null,
  after: MeasuredValue | null,
): Difference | null {
  if (before === null || after === null) return null;
  if (before.name !== after.name || before.unit !== after.unit) return null;
  const change = after.value - before.value;
  const { expandedUncertainty: first } = before;
  const { expandedUncertainty: second } = after;
  const band = first === null && second === null ? null : Math.hypot(first ?? 0, second ?? 0);
  return { before, after, change, band, isNoise: Math.abs(change) <= (band ?? 0) };
}
