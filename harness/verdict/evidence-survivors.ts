import type { Entry } from '../journal/entry.ts';
import type { Plan, PlannedCase } from '../plan/plan.ts';
import { entriesByCase, recordOf } from './case-record.ts';
import { caseRows } from './case-rows.ts';
import { planIn } from './plan-in-journal.ts';
import type { Verdict } from './verdict.ts';

/** A pass that stood although everything that it rests on was taken out of the journal. */
export interface Survivor {
  readonly case: string;
  readonly requirement: string;
  /** What was done to the lines: taken out, or moved to where nobody asks for them. */
  readonly way: 'deleted' | 'delayed';
}

/** Decides the requirements of one case from its lines. */
export type CaseJudge = (
  planned: PlannedCase,
  plan: Plan,
  lines: readonly Entry[],
) => readonly Verdict[];

/** Longer than any window that a scenario may have. */
const BEYOND_ALL_WINDOWS_NS = 24 * 3600e9;
const PASSES: ReadonlySet<string> = new Set(['pass', 'conditional pass']);

/**
 * The evidence self-test: verdicts are a function of the journal, so of every pass the observations
 * that it cites are taken out, and what it then cites in their place, until it falls or cites none.
 * The same with messages and alarms that come too late. No pass may survive.
 * @param judgeCase who is tested; the project's own judge when left out
 */
export function evidenceSurvivors(
  entries: readonly Entry[],
  judgeCase: CaseJudge = rowsOf,
): readonly Survivor[] {
  const plan = planIn(entries);
  if (plan === null) return [];
  const byCase = entriesByCase(entries);
  return plan.cases.flatMap((planned) => {
    const own = byCase.get(planned.key) ?? [];
    const judge = (lines: readonly Entry[]): readonly Verdict[] => judgeCase(planned, plan, lines);
    return judge(own)
      .filter(({ verdict }) => PASSES.has(verdict))
      .flatMap((pass) =>
        WAYS.filter((way) => survives(pass, own, way, judge)).map(({ name }) => ({
          case: planned.key,
          requirement: pass.requirement,
          way: name,
        })),
      );
  });
}

function rowsOf(planned: PlannedCase, plan: Plan, lines: readonly Entry[]): readonly Verdict[] {
  return caseRows(recordOf(planned, plan, lines), { kind: 'ran' }, plan);
}

interface Way {
  readonly name: Survivor['way'];
  /** Whether a line can be treated so. */
  readonly concerns: (entry: Entry) => boolean;
  /** What is left of such a line. */
  readonly treated: (entry: Entry) => readonly Entry[];
}

const WAYS: readonly Way[] = [
  { name: 'deleted', concerns: isSeen, treated: () => [] },
  { name: 'delayed', concerns: isTimed, treated: (entry) => [delayed(entry)] },
];

function survives(
  pass: Verdict,
  lines: readonly Entry[],
  { concerns, treated }: Way,
  judge: (lines: readonly Entry[]) => readonly Verdict[],
): boolean {
  let left = lines;
  const spent = new Set<number>();
  for (let row: Verdict | undefined = pass; row !== undefined && PASSES.has(row.verdict);) {
    const cited = new Set(row.evidence);
    const rests = left.filter(({ seq }) => cited.has(seq)).filter(concerns);
    // A pass on readings alone rests on nothing that could come late.
    if (rests.length === 0) return concerns === isSeen;
    if (rests.some(({ seq }) => spent.has(seq))) return true;
    for (const { seq } of rests) spent.add(seq);
    left = left.flatMap((entry) => (rests.includes(entry) ? treated(entry) : [entry]));
    row = judge(left).find(({ requirement }) => requirement === pass.requirement);
  }
  return false;
}

/** A line that tells what was seen. */
function isSeen({ kind }: Entry): boolean {
  return kind === 'observation' || kind === 'tally';
}

/** A line that counts only when it came in time. */
function isTimed(entry: Entry): boolean {
  if (entry.kind !== 'observation') return false;
  return entry.observation.kind === 'message' || entry.observation.kind === 'alarm';
}

function delayed(entry: Entry): Entry {
  if (entry.kind !== 'observation') return entry;
  const { at } = entry.observation;
  const late = { ...at, ns: at.ns + BEYOND_ALL_WINDOWS_NS };
  return {
    ...entry,
    atNs: entry.atNs + BEYOND_ALL_WINDOWS_NS,
    observation: { ...entry.observation, at: late },
  };
}
