import { ALARM_KINDS } from '../../devices/domain/northbound.ts';
import { parseQuantity } from '../../devices/domain/quantity.ts';
import type { Threshold, MetricName } from './plan.ts';
import { METRICS } from './plan.ts';

const METRIC = /^([a-z_]+)\{alarm:([a-z-]+)\}$/;
const BOUND =
  /^\s*(?:(count|min|max|med|avg)|p\((\d+(?:\.\d+)?)\))\s*(<=|<|==|>=|>)\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/;

/**
 * Reads a threshold in k6's grammar: a metric with its tag, a statistic, a comparison, a bound.
 * Durations carry their unit, where k6 has bare milliseconds.
 * @returns the threshold, or in words why it is none
 */
export function parseThreshold(metric: string, bound: string): Threshold | string {
  const [, name = '', alarm = ''] = METRIC.exec(metric) ?? [];
  if (!isMetric(name)) return `no metric is called ${name}; there are ${metricNames()}`;
  const kind = ALARM_KINDS.find((known) => known === alarm);
  if (kind === undefined) return `no alarm is called ${alarm}; there are ${ALARM_KINDS.join(', ')}`;
  const [, word, percentile, comparison, number = '', unit = ''] = BOUND.exec(bound) ?? [];
  if (comparison === undefined) {
    return `"${bound}" is no bound; write e.g. p(95)<5s, max<=30s or count==0`;
  }
  const statistic = word === undefined ? { percentile: Number(percentile) } : statisticOf(word);
  if (typeof statistic === 'object' && statistic.percentile > 100) {
    return `"${bound}": a percentile is at most 100`;
  }
  const value = boundOf(METRICS[name], statistic === 'count', number, unit);
  if (value === null) {
    const wanted =
      METRICS[name] === 'ns' && statistic !== 'count' ? 'a duration such as 5s' : 'a bare number';
    return `"${bound}": ${wanted} is needed`;
  }
  if (value === 0 && comparison.startsWith('>')) return `"${bound}" can never fail`;
  return {
    metric: name,
    alarm: kind,
    statistic,
    comparison: comparison as Threshold['comparison'],
    bound: value,
    text: bound.replaceAll(/\s+/g, ''),
  };
}

function isMetric(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

function metricNames(): string {
  return Object.keys(METRICS).join(', ');
}

function statisticOf(word: string): Exclude<Threshold['statistic'], object> {
  return word as Exclude<Threshold['statistic'], object>;
}

function boundOf(
  metricUnit: string,
  counted: boolean,
  number: string,
  unit: string,
): number | null {
  if (metricUnit !== 'ns' || counted) return unit === '' ? Number(number) : null;
  const quantity = unit === '' ? undefined : parseQuantity(`${number} ${unit}`);
  return quantity?.unit === 'ns' ? quantity.value : null;
}
