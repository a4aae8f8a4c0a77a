import { expect, test } from 'vitest';
import { parseThreshold } from '../../../harness/plan/threshold.ts';

const LATENCY = 'alarm_latency{alarm:last-gasp}';

test.each([
  ['p(95)<5s', { percentile: 95 }, '<', 5e9],
  ['p(99.9) <= 500 ms', { percentile: 99.9 }, '<=', 500e6],
  ['max<30s', 'max', '<', 30e9],
  ['med>1ms', 'med', '>', 1e6],
  ['count>=100', 'count', '>=', 100],
] as const)('%s is a bound of a latency', (text, statistic, comparison, bound) => {
  expect(parseThreshold(LATENCY, text)).toMatchObject({
    metric: 'alarm_latency',
    alarm: 'last-gasp',
    statistic,
    comparison,
    bound,
  });
});

test('a metric that counts has a bare number', () => {
  expect(parseThreshold('lost{alarm:restoration}', 'count==0')).toMatchObject({
    metric: 'lost',
    alarm: 'restoration',
    bound: 0,
  });
});

test.each([
  ['latency{alarm:last-gasp}', 'max<1s', 'no metric is called latency'],
  ['lost{alarm:fire}', 'count==0', 'no alarm is called fire'],
  [LATENCY, 'max<30', 'a duration such as 5s is needed'],
  [LATENCY, 'p95<5s', 'is no bound'],
  [LATENCY, 'max=30s', 'is no bound'],
  [LATENCY, 'p(101)<5s', 'a percentile is at most 100'],
  ['lost{alarm:last-gasp}', 'count>=0', 'can never fail'],
  ['lost{alarm:last-gasp}', 'count==0s', 'a bare number is needed'],
])('%s %s is told in words', (metric, bound, message) => {
  expect(parseThreshold(metric, bound)).toContain(message);
});
