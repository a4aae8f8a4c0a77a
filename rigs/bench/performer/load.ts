import { NS_PER_S } from '../../../devices/domain/time.ts';
import type { ActionOf } from '../../port/action.ts';
import type { Comparison, ReferenceStandard } from '../../port/instrument.ts';
import type { Reading } from '../../port/observation.ts';
import { need, observationOf, type Performer } from '../parts.ts';
import { type BudgetLine, expand } from '../uncertainty.ts';
import { registerSafeState } from './mains.ts';

/** A comparison may take this many times its computed duration before it is given up. */
const PATIENCE = 2;

export const applyLoad: Performer<'apply-load'> = {
  needs: ['source'],
  async perform(action, parts, context) {
    const source = need(parts, 'source', 'apply-load');
    registerSafeState(parts, context);
    context.energise(`${action.currentMilliAmps / 1000} A at ${parts.position}`);
    await source.setVoltage(action.voltageMilliVolts);
    await source.setCurrent(action.currentMilliAmps, action.powerFactorPpm);
    parts.memory.load = action;
  },
};

export const removeLoad: Performer<'remove-load'> = {
  needs: ['source'],
  async perform(_action, parts) {
    await need(parts, 'source', 'remove-load').setCurrent(0, 1_000_000);
    parts.memory.load = null;
  },
};

export const measureAccuracy: Performer<'measure-accuracy'> = {
  needs: ['standard', 'source'],
  async perform(action, parts, context) {
    const standard = need(parts, 'standard', 'measure-accuracy');
    const { khWattHours, minimumPulses } = parts.profile;
    await parts.clock.sleepUntil(parts.clock.nowNs() + action.settleNs, context.signal);
    const perPulseNs = pulseNs(khWattHours, parts.memory.load);
    const pulses = Math.max(
      action.pulses,
      minimumPulses,
      Math.ceil(action.minimumGateNs / perPulseNs),
    );
    const comparisons: Comparison[] = [];
    for (let repeat = 0; repeat < action.repeats; repeat++) {
      comparisons.push(
        await standard.compare({
          pulses,
          khWattHours,
          limitNs: PATIENCE * (pulses + 1) * perPulseNs + 10 * NS_PER_S,
          signal: context.signal,
        }),
      );
    }
    context.observe(
      observationOf(parts, 'reference-standard', accuracy(action, standard, comparisons)),
    );
  },
};

/** Nominal time between two pulses; without a load the comparison is bound to run into its limit. */
function pulseNs(khWattHours: number, load: ActionOf<'apply-load'> | null): number {
  const watts =
    load === null
      ? 0
      : (load.currentMilliAmps * load.voltageMilliVolts * load.powerFactorPpm) / 1e12;
  return watts > 0 ? (khWattHours * 3600e9) / watts : NS_PER_S;
}

/**
 * Percent error of the meter as the mean of the repeats, with the budget of its uncertainty:
 * certificate of the standard, resolution of its result (rectangular), repeatability s/sqrt(n).
 */
function accuracy(
  action: ActionOf<'measure-accuracy'>,
  standard: ReferenceStandard,
  comparisons: readonly Comparison[],
): Reading {
  const errors = comparisons.map((comparison) => comparison.errorPpm);
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const resolutionPpm = Math.max(...comparisons.map((comparison) => comparison.resolutionPpm));
  const lines = budgetOf(standard, resolutionPpm, errors, mean);
  return {
    kind: 'reading',
    name: action.as,
    value: Math.round(mean),
    unit: 'ppm',
    ...expand(lines),
    budget: lines.map(({ source, standardUncertainty }) => ({ source, standardUncertainty })),
    resolution: resolutionPpm,
    ticks: null,
    raw: raw(comparisons),
  };
}

function budgetOf(
  standard: ReferenceStandard,
  resolutionPpm: number,
  errors: readonly number[],
  mean: number,
): readonly BudgetLine[] {
  const known = Number.POSITIVE_INFINITY;
  return [
    {
      source: 'reference standard, certificate',
      standardUncertainty: standard.uncertaintyPpm / standard.coverageFactor,
      degreesOfFreedom: known,
    },
    {
      source: 'resolution of the result',
      standardUncertainty: resolutionPpm / Math.sqrt(12),
      degreesOfFreedom: known,
    },
    {
      source:
        errors.length < 2 ? 'repeatability: not known from one gate' : 'repeatability s/sqrt(n)',
      standardUncertainty: deviation(errors, mean) / Math.sqrt(errors.length),
      degreesOfFreedom: Math.max(1, errors.length - 1),
    },
  ];
}

/** Sample standard deviation; zero for a single value. */
function deviation(values: readonly number[], mean: number): number {
  if (values.length < 2) return 0;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

function raw(comparisons: readonly Comparison[]): Record<string, number> {
  const counts: Record<string, number> = { repeats: comparisons.length };
  const sum = (value: (comparison: Comparison) => number): number =>
    comparisons.reduce((total, comparison) => total + value(comparison), 0);
  counts.pulses = sum((comparison) => comparison.pulses);
  counts.meterMilliWattHours = sum((comparison) => comparison.meterMilliWattHours);
  counts.referenceMilliWattHours = sum((comparison) => comparison.referenceMilliWattHours);
  const typed = comparisons.filter((comparison) => comparison.typed).length;
  if (typed > 0) counts.typedByOperator = typed;
  for (const [index, comparison] of comparisons.entries()) {
    counts[`errorPpm${index + 1}`] = comparison.errorPpm;
  }
  return counts;
}
