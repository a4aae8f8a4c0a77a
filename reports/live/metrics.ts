import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { VERDICT_WORDS } from '../../harness/verdict/verdict.ts';
import type { WatchedRun } from './watched-run.ts';

/**
 * The same numbers as on the page in Prometheus' text format, for runs that take hours or days, with
 * the health of this process (event loop lag, memory) beside them.
 */
export function metricsOf(run: WatchedRun, openPrompts: () => number): Registry {
  const register = new Registry();
  const registers: Registry[] = [];
  collectDefaultMetrics({ register });
  register.registerMetric(
    new Gauge({
      name: 'meterbench_run_info',
      help: 'The run that is watched; always 1.',
      labelNames: ['run', 'title', 'seed', 'time'],
      registers,
      collect() {
        if (run.begun === null) return;
        const { plan, runId } = run.begun;
        const { title, seed, time } = plan;
        this.set({ run: runId, title, seed: String(seed), time }, 1);
      },
    }),
  );
  register.registerMetric(
    new Gauge({
      name: 'meterbench_cases',
      help: 'Cases of the plan, and how many of them are done.',
      labelNames: ['state'],
      registers,
      collect() {
        this.set({ state: 'planned' }, run.begun?.plan.cases.length ?? 0);
        this.set({ state: 'done' }, run.casesDone);
      },
    }),
  );
  register.registerMetric(
    new Gauge({
      name: 'meterbench_prompts_open',
      help: 'Prompts that wait for the operator.',
      registers,
      collect() {
        this.set(openPrompts());
      },
    }),
  );
  register.registerMetric(
    new Gauge({
      name: 'meterbench_run_ended',
      help: 'Whether the run is over.',
      registers,
      collect() {
        this.set(run.ended === null ? 0 : 1);
      },
    }),
  );
  counted(register, 'meterbench_verdicts_total', 'Verdicts that fell, by word.', 'verdict', () =>
    VERDICT_WORDS.map((word) => [word, run.counts.get(word) ?? 0]),
  );
  counted(
    register,
    'meterbench_observations_total',
    'What was observed, journaled or tallied, by kind.',
    'kind',
    () => [...run.observations],
  );
  counted(register, 'meterbench_journal_lines_total', 'Lines of the journal.', null, () => [
    ['', run.lines],
  ]);
  counted(
    register,
    'meterbench_fleet_messages_total',
    'Messages of fleets whose load is over.',
    'stage',
    () => Object.entries(run.fleet),
  );
  return register;
}

/** A counter that something else keeps: what grew since the last time it was asked is added. */
function counted(
  register: Registry,
  name: string,
  help: string,
  label: string | null,
  now: () => readonly (readonly [value: string, count: number])[],
): void {
  const told = new Map<string, number>();
  register.registerMetric(
    new Counter({
      name,
      help,
      labelNames: label === null ? [] : [label],
      registers: [],
      collect() {
        for (const [value, count] of now()) {
          const more = count - (told.get(value) ?? 0);
          told.set(value, count);
          if (label === null) this.inc(more);
          else this.inc({ [label]: value }, more);
        }
      },
    }),
  );
}
