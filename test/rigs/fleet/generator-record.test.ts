import { afterEach, expect, test } from 'vitest';
import { GeneratorRecord, generatorHealth } from '../../../rigs/fleet/generator-record.ts';

const records: GeneratorRecord[] = [];
function record(): GeneratorRecord {
  const made = new GeneratorRecord();
  records.push(made);
  return made;
}
afterEach(() => {
  for (const each of records.splice(0)) each.stop();
});

const S = 1e9;

test('each second has its own counts and its own lateness', () => {
  const one = record();
  for (let number = 0; number < 100; number++) one.late(0.5 * S, 1_000_000);
  one.count('offered', 0.6 * S);
  one.count('offered', 1.2 * S);
  one.count('achieved', 1.3 * S);
  one.late(1.4 * S, 5_000);
  one.count('received', 3.9 * S);
  const { series, offered, achieved, received } = one.told();
  expect({ offered, achieved, received }).toEqual({ offered: 2, achieved: 1, received: 1 });
  expect(series).toEqual([
    { atNs: 0, offered: 1, achieved: 0, received: 0, lagP99Ns: expect.closeTo(1e6, -4) as number },
    {
      atNs: S,
      offered: 1,
      achieved: 1,
      received: 0,
      lagP99Ns: expect.closeTo(5_000, -2) as number,
    },
    { atNs: 3 * S, offered: 0, achieved: 0, received: 1, lagP99Ns: 0 },
  ]);
});

test('threads together: counts add up, percentiles are those of all that was late', () => {
  const [punctual, late] = [record(), record()];
  for (let number = 0; number < 990; number++) punctual.late(0, 1_000);
  for (let number = 0; number < 10; number++) late.late(0, 80_000_000);
  punctual.count('offered', 0);
  late.count('offered', 0);
  late.count('offered', S);
  const told = [punctual.told(), late.told()];
  const health = generatorHealth(told);
  expect(health.generatorLagP99Ns).toBeLessThan(2_000);
  expect(health.generatorLagMaximumNs).toBeGreaterThan(79e6);
  expect(health.series.map(({ atNs, offered }) => [atNs, offered])).toEqual([
    [0, 2],
    [S, 1],
  ]);
  expect(health.series[0]?.lagP99Ns).toBeGreaterThan(79e6);
  for (let number = 0; number < 10; number++) late.late(0, 80_000_000);
  const worse = generatorHealth([punctual.told(), late.told()]);
  expect(worse.generatorLagP99Ns).toBeGreaterThan(79e6);
  expect(generatorHealth(told.toReversed())).toEqual(health);
});
