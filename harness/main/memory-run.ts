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

export interface MemoryRun {
  readonly plan: Plan;
  readonly lines: readonly string[];
  readonly entries: readonly Entry[];
  readonly judgement: Judgement;
}

/** Runs a scenario or a suite as `meterbench run` does, with the journal in memory. @throws Refusal */
export async function runInMemory(
  target: string,
  change: Partial<Settings> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<MemoryRun> {
  const composition = await compose(target, { ...DEFAULT_SETTINGS, ...change });
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

/** Requirements that no case decided either way, because of the harness. */
export function blinded(judgement: Judgement): ReadonlySet<string> {
  const byRequirement = Map.groupBy(judgement.verdicts, ({ requirement }) => requirement);
  return new Set(
    [...byRequirement].flatMap(([requirement, verdicts]) =>
      isBlind(verdicts) ? [requirement] : [],
    ),
  );
}

function isBlind(verdicts: Judgement['verdicts']): boolean {
  return verdicts.every(({ verdict, blame }) => verdict === 'inconclusive' && blame === 'harness');
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
