import { parse } from 'yaml';
import { sha256 } from '../../harness/journal/hash.ts';
import type { Entry } from '../../harness/journal/entry.ts';
import type { JournalCheck } from '../../harness/journal/verify.ts';
import type { PlannedCase, PlannedExpectation } from '../../harness/plan/plan.ts';
import { entriesByCase, recordOf } from '../../harness/verdict/case-record.ts';
import type { CaseRecord } from '../../harness/verdict/case-record.ts';
import { NON_PASSES, VERDICT_WORDS } from '../../harness/verdict/verdict.ts';
import type { Verdict } from '../../harness/verdict/verdict.ts';
import type { Report } from '../report.ts';

/** A verdict with its place in the document and in the plan. */
export interface Row {
  readonly verdict: Verdict;
  /** Anchor within the document. */
  readonly id: string;
  /** Null when the verdict is about no single case. */
  readonly planned: PlannedCase | null;
  /** The expectation that was decisive; null when there is no single one. */
  readonly expectation: PlannedExpectation | null;
}

/** A text that the run rests on, with whether its hash holds. */
export interface SourceFile {
  readonly name: string;
  readonly sha256: string;
  readonly text: string;
  readonly holds: boolean;
}

/** Everything that the sections are made from: the journal and what was judged from it. */
export interface Material {
  readonly report: Report;
  /** What the check of the journal's chain came to; null when nobody checked. */
  readonly chain: JournalCheck | null;
  readonly entries: readonly Entry[];
  /** Lines of a case by its key. */
  readonly byCase: ReadonlyMap<string, readonly Entry[]>;
  readonly rows: readonly Row[];
  readonly records: readonly CaseRecord[];
  readonly files: readonly SourceFile[];
  /** Statements of the catalogue by requirement id; empty when the journal holds none. */
  readonly statements: ReadonlyMap<string, string>;
  /** Lines that verdicts cite, as far as the document has room for them. */
  readonly cited: ReadonlyMap<number, Entry>;
}

/** Lines of the journal that the document shows at most; the rest is read in journal.ndjson. */
const CITED_AT_MOST = 3_000;

/** Collects the material of the document. */
export function materialOf(
  report: Report,
  entries: readonly Entry[],
  chain: JournalCheck | null,
): Material {
  const { plan, judgement } = report;
  const byCase = entriesByCase(entries);
  const cases = new Map(plan?.cases.map((planned) => [planned.key, planned]));
  const rows = judgement.verdicts.map((verdict, index) => {
    const planned = cases.get(`${verdict.scenario}#${verdict.case}`) ?? null;
    const expectation = expectationOf(verdict, planned);
    return { verdict, id: `verdict-${index + 1}`, planned, expectation };
  });
  const files = entries.flatMap((entry) => (entry.kind === 'file' ? [sourceFile(entry)] : []));
  return {
    report,
    chain,
    entries,
    byCase,
    rows,
    records:
      plan?.cases.map((planned) => recordOf(planned, plan, byCase.get(planned.key) ?? [])) ?? [],
    files,
    statements: statementsIn(files),
    cited: citedBy([...nonPasses(rows), ...rows], entries),
  };
}

/** Rows that did not pass, the worst first. */
export function nonPasses(rows: readonly Row[]): readonly Row[] {
  return rows
    .filter(({ verdict }) => NON_PASSES.includes(verdict.verdict))
    .toSorted((a, b) => rankOf(b.verdict) - rankOf(a.verdict));
}

/** Groups in the order in which their keys first come. */
export function grouped<T>(
  list: readonly T[],
  keyOf: (one: T) => string,
): readonly (readonly [key: string, members: readonly T[]])[] {
  return [...Map.groupBy(list, keyOf)];
}

function rankOf({ verdict }: Verdict): number {
  return VERDICT_WORDS.indexOf(verdict);
}

function expectationOf(
  { source, requirement }: Verdict,
  planned: PlannedCase | null,
): PlannedExpectation | null {
  if (source === null || planned === null) return null;
  const here = planned.expectations.find(
    (one) =>
      one.source.line === source.line &&
      one.source.column === source.column &&
      one.decides.includes(requirement),
  );
  return here ?? null;
}

function sourceFile({ name, sha256: sum, text }: Extract<Entry, { kind: 'file' }>): SourceFile {
  return { name, sha256: sum, text, holds: sha256(text) === sum };
}

/**
 * The catalogue is told by its shape, not by its name: whoever runs the harness may keep it
 * elsewhere. A text that cannot be read is no catalogue; that it could not was told by the run.
 */
function statementsIn(files: readonly SourceFile[]): ReadonlyMap<string, string> {
  for (const { name, text } of files) {
    if (!/\.ya?ml$/.test(name) || !/^requirements:/m.test(text)) continue;
    const found = statementsOf(text);
    if (found.size > 0) return found;
  }
  return new Map();
}

function statementsOf(text: string): ReadonlyMap<string, string> {
  const statements = new Map<string, string>();
  for (const item of listIn(text)) {
    if (typeof item !== 'object' || item === null) continue;
    if (!('id' in item) || !('statement' in item)) continue;
    if (typeof item.id === 'string' && typeof item.statement === 'string') {
      statements.set(item.id, item.statement);
    }
  }
  return statements;
}

function listIn(text: string): readonly unknown[] {
  let document: unknown;
  try {
    document = parse(text);
  } catch {
    return [];
  }
  if (typeof document !== 'object' || document === null || !('requirements' in document)) return [];
  return Array.isArray(document.requirements) ? document.requirements : [];
}

function citedBy(rows: readonly Row[], entries: readonly Entry[]): ReadonlyMap<number, Entry> {
  const numbers = new Set(rows.flatMap(({ verdict }) => verdict.evidence));
  const shown = [...numbers].slice(0, CITED_AT_MOST).sort((a, b) => a - b);
  const lines = new Map(entries.map((entry) => [entry.seq, entry]));
  return new Map(
    shown.flatMap((seq) => {
      const entry = lines.get(seq);
      return entry === undefined ? [] : [[seq, entry] as const];
    }),
  );
}
