import type { Unit } from '../../../devices/domain/quantity.ts';
import type { Blame } from '../../../rigs/port/bench.ts';
import type { TallyResult } from '../../journal/tally-result.ts';
import { METRICS } from '../../plan/plan.ts';
import type { Threshold } from '../../plan/plan.ts';
import { finding, limitValue } from '../finding.ts';
import type { ExpectationOf, Finding } from '../finding.ts';
import { tallyText } from '../fleet-text.ts';
import { roundedText } from '../rounded-text.ts';

/** Whether a number keeps its bound, and how far it is from it. */
const COMPARISONS: Readonly<
  Record<Threshold['comparison'], (value: number, bound: number) => boolean>
> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '==': (value, bound) => value === bound,
  '>=': (value, bound) => value >= bound,
  '>': (value, bound) => value > bound,
};

/**
 * A statistic over a group against its bound. It passes only when every meter added to it: a bound
 * that is kept by silence is not kept.
 * @param open who must act for the meters that added nothing; null when there are none
 */
export function judgeThreshold(
  { threshold, origin }: ExpectationOf<'threshold'>,
  result: TallyResult,
  evidence: readonly number[],
  open: Blame | null,
): Finding {
  const { metric, alarm, comparison, bound, text } = threshold;
  const name = `${metric}{alarm:${alarm}}`;
  const unit = unitOf(threshold);
  const minimum = comparison === '<' || comparison === '<=' ? null : bound;
  const maximum = comparison === '>' || comparison === '>=' ? null : bound;
  const limit = limitValue({ minimum, maximum, unit, origin });
  const { statistic: value } = result;
  if (value === null) {
    const reason = tallyText(`${name} ${text}: no sample`, result);
    return finding('inconclusive', reason, evidence, { limit, blame: open ?? 'harness' });
  }
  const margin = marginTo(threshold, value);
  const measured = { name: `${name} ${statisticText(threshold)}`, value, unit } as const;
  const numbers = { measured: { ...measured, expandedUncertainty: null }, limit, margin };
  const told = `${name} must be ${text} and is ${roundedText({ value, unit })}`;
  const reason = tallyText(told, result);
  if (!COMPARISONS[comparison](value, bound)) return finding('fail', reason, evidence, numbers);
  if (open === null) return finding('pass', reason, evidence, numbers);
  return finding('inconclusive', reason, evidence, { ...numbers, blame: open });
}

function unitOf({ metric, statistic }: Threshold): Unit {
  return statistic === 'count' ? 'count' : METRICS[metric];
}

function statisticText({ statistic }: Threshold): string {
  return typeof statistic === 'object' ? `p(${statistic.percentile})` : statistic;
}

function marginTo({ comparison, bound }: Threshold, value: number): number {
  switch (comparison) {
    case '<':
    case '<=':
      return bound - value;
    case '>':
    case '>=':
      return value - bound;
    case '==':
      return -Math.abs(value - bound);
  }
}
