import type { Clock } from '../../rigs/port/clock.ts';
import type { Entry } from '../journal/entry.ts';
import { NO_LINE_BEFORE, sha256 } from '../journal/hash.ts';
import { journalTime } from '../journal/journal-time.ts';
import { lineOf } from '../journal/line.ts';
import type { Plan } from '../plan/plan.ts';
import { run } from '../run/run.ts';
import { judge } from '../verdict/judge.ts';
import type { Judgement } from '../verdict/verdict.ts';
import { compose, DEFAULT_SETTINGS, type Settings } from './compose.ts';
import { evidenceOf } from './evidence.ts';
import { takeLastResort } from './last-resort.ts';
import type { Questions } from './questions.ts';

export interface MemoryRun {
  readonly plan: Plan;
  readonly lines: readonly string[];
  readonly entries: readonly Entry[];
  readonly judgement: Judgement;
}

export interface MemoryRunOptions {
  readonly signal?: AbortSignal;
  /** Hears each entry as it is written. */
  readonly onEntry?: (entry: Entry) => void;
  /** What the target asks, where it has been loaded before. */
  readonly questions?: Questions;
}

/** Runs a scenario or a suite as `meterbench run` does, with the journal in memory. @throws Refusal */
export async function runInMemory(
  target: string,
  change: Partial<Settings> = {},
  { signal = new AbortController().signal, onEntry, questions }: MemoryRunOptions = {},
): Promise<MemoryRun> {
  const composition = await compose(target, { ...DEFAULT_SETTINGS, ...change }, questions);
  const { plan, benchFor } = composition;
  let clock: Clock = composition.clock;
  const { runId, files } = evidenceOf(composition);
  const entries: Entry[] = [];
  const lines: string[] = [];
  await run({
    plan,
    runId,
    files,
    journal: {
      append: (body) => {
        const prev = lines.length === 0 ? NO_LINE_BEFORE : sha256(lines.at(-1) ?? '');
        const seq = entries.length + 1;
        const place = { seq, ...journalTime(clock), clock: 'bench', fence: 0, prev } as const;
        const entry: Entry = { ...body, ...place };
        entries.push(entry);
        lines.push(lineOf(entry));
        onEntry?.(entry);
      },
      flush: () => undefined,
      keepTime: (next) => {
        clock = next;
      },
    },
    benchFor: (planned) => benchFor(planned, null),
    onFailure: takeLastResort,
    signal,
    progress: () => undefined,
  });
  return { plan, lines, entries, judgement: judge(entries) };
}

/** Requirements that some case decided against the device under test. */
export function turned(judgement: Judgement): ReadonlySet<string> {
  const against: ReadonlySet<string> = new Set(['fail', 'conditional fail', 'error']);
  return new Set(
    judgement.verdicts
      .filter(({ verdict }) => against.has(verdict))
      .map(({ requirement }) => requirement),
  );
}
