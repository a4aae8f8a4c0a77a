import { describe, expect, test } from 'vitest';
import { judge } from '../../../harness/verdict/judge.ts';
import { runInMemory } from '../../../harness/main/memory-run.ts';
import { metricsOf } from '../../../reports/live/metrics.ts';
import { Rate } from '../../../reports/live/rate.ts';
import { WatchedRun } from '../../../reports/live/watched-run.ts';

describe('a rate', () => {
  test('is the mean of the last whole seconds', () => {
    let nowMs = 0;
    const rate = new Rate(() => nowMs);
    expect(rate.perSecond()).toBe(0);
    for (nowMs = 0; nowMs < 20_000; nowMs += 100) rate.count();
    expect(rate.perSecond()).toBe(10);
    expect(rate.total).toBe(200);
    nowMs = 22_000;
    expect(rate.perSecond()).toBe(6);
    nowMs = 60_000;
    expect(rate.perSecond()).toBe(0);
  });
});

describe('a run that is watched', async () => {
  const watched = new WatchedRun(() => 0);
  const settings = { defect: 'no-last-gasp' };
  const benches: string[] = [];
  const { plan, entries } = await runInMemory('outage/last-gasp', settings);
  watched.begin({ plan, runId: 'run' });
  for (const entry of entries) {
    watched.take(entry);
    if (entry.kind === 'observation') watched.observed(entry.observation);
    if (watched.bench !== benches.at(-1)) benches.push(watched.bench);
  }

  test('has the verdicts that its journal comes to', () => {
    expect(watched.verdicts).toEqual(judge(entries).verdicts);
    expect(watched.counts.get('fail')).toBe(2);
    expect(watched.casesDone).toBe(1);
  });

  test('tells what the bench is, up to its end', () => {
    expect(benches[0]).toBe('not energised');
    expect(benches).toContain('energised: mains at A1');
    expect(benches.at(-1)).toBe('safe at the end: verified');
  });

  test('keeps the last lines alone', () => {
    expect(watched.lines).toBe(entries.length);
    expect(watched.tail.at(-1)).toEqual(entries.at(-1));
    expect(watched.tail.length).toBeLessThanOrEqual(40);
  });

  test('is told to Prometheus with the same numbers, also the second time', async () => {
    const metrics = metricsOf(watched, () => 3);
    await metrics.metrics();
    const text = await metrics.metrics();
    const heartbeats = watched.observations.get('heartbeat') ?? 0;
    expect(heartbeats).toBeGreaterThan(0);
    expect(text).toContain(`meterbench_observations_total{kind="heartbeat"} ${heartbeats}\n`);
    expect(text).toContain('meterbench_verdicts_total{verdict="fail"} 2\n');
    expect(text).toContain('meterbench_cases{state="done"} 1\n');
    expect(text).toContain('meterbench_prompts_open 3\n');
    expect(text).toContain(`meterbench_journal_lines_total ${entries.length}\n`);
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });
});
