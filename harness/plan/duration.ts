import type { Anchor, PlannedExpectation, PlannedStep } from './plan.ts';

/** When a step is expected to begin and to end, ns from the start of its case. */
export interface StepTimes {
  readonly startNs: number;
  readonly endNs: number;
}

/** Expected times of steps, one after the other, none before its `at` or `after`. */
export function expectedTimes(steps: readonly PlannedStep[]): readonly StepTimes[] {
  let endNs = 0;
  return steps.map((step) => {
    const startNs = Math.max(endNs + (step.afterNs ?? 0), step.atNs ?? 0);
    endNs = startNs + step.expectedNs;
    return { startNs, endNs };
  });
}

/** A stretch of time in which an expectation watches, ns from the start of the case. */
export interface WatchTimes {
  readonly id: string;
  readonly startNs: number;
  /** End of the window, with the time that its control may take. */
  readonly endNs: number;
}

/** Expected windows of the expectations that have one. */
export function watchTimes(
  steps: readonly PlannedStep[],
  expectations: readonly PlannedExpectation[],
): readonly WatchTimes[] {
  const times = expectedTimes(steps);
  const at = (anchor: Anchor): number => {
    const found = times[steps.findIndex((step) => step.id === anchor.step)];
    if (found === undefined) return 0;
    return anchor.edge === 'start' ? found.startNs : found.endNs;
  };
  return expectations.flatMap((expectation) => {
    switch (expectation.kind) {
      case 'message':
      case 'alarm': {
        const sinceNs = at(expectation.since);
        const { id, notBeforeNs, withinNs } = expectation;
        return [{ id, startNs: sinceNs + notBeforeNs, endNs: sinceNs + withinNs }];
      }
      case 'never':
      case 'unchanged': {
        const { id, forNs, control } = expectation;
        const startNs = at(expectation.since);
        return [{ id, startNs, endNs: startNs + forNs + control.withinNs }];
      }
      case 'measure':
      case 'recorded':
      case 'events':
      case 'intervals':
      case 'answer':
      case 'snapshot':
      case 'threshold':
        return [];
    }
  });
}

/** Expected duration of a case: its steps, and the windows that are still open after them. */
export function expectedCaseNs(
  steps: readonly PlannedStep[],
  expectations: readonly PlannedExpectation[],
): number {
  const ends = [...expectedTimes(steps), ...watchTimes(steps, expectations)].map(
    ({ endNs }) => endNs,
  );
  return Math.max(0, ...ends);
}

/** A time for people: "12.3 s", "5 min 03 s", "1 h 20 min". */
export function clock(ns: number): string {
  if (ns < 59.95e9) return `${Math.round(ns / 1e8) / 10} s`;
  const seconds = Math.round(ns / 1e9);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
