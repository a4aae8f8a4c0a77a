import { nonPasses } from '../material.ts';
import type { Material } from '../material.ts';
import { type CaseTrace, caseTrace } from './case-trace.ts';

/** Characters of traces within the report, so that all of it stays far below 5 MB. */
const CHARACTERS_AT_MOST = 1_800_000;
const LINES_AT_MOST = 120;
/** The same of the file beside it, which is opened by whoever looks for one case. */
const BESIDE_CHARACTERS_AT_MOST = 24_000_000;
const BESIDE_LINES_AT_MOST = 1_000;

export interface DrawnTrace {
  readonly key: string;
  readonly id: string;
  readonly text: string;
}

/** Where the trace of each case stands. */
export interface Traces {
  /** In the report itself, in the order of the plan. */
  readonly inside: readonly DrawnTrace[];
  /** In the file beside it. */
  readonly beside: readonly DrawnTrace[];
  /** Cases whose lines are read in the journal alone. */
  readonly left: number;
}

/** Draws the traces: cases with something that did not pass first, then in the order of the plan. */
export function planTraces(material: Material): Traces {
  const all = tracesOf(material);
  const inside = filled(urgentFirst(all, material), CHARACTERS_AT_MOST);
  const rest = all
    .filter(({ id }) => !inside.has(id))
    .map((trace) => ({ ...trace, linesAtMost: BESIDE_LINES_AT_MOST }));
  const beside = filled(rest, BESIDE_CHARACTERS_AT_MOST);
  const inOrder = (drawn: ReadonlyMap<string, DrawnTrace>): readonly DrawnTrace[] =>
    all.flatMap(({ id }) => drawn.get(id) ?? []);
  return {
    inside: inOrder(inside),
    beside: inOrder(beside),
    left: all.length - inside.size - beside.size,
  };
}

function tracesOf({ report, byCase, rows }: Material): readonly CaseTrace[] {
  const citedBy = Map.groupBy(rows, ({ planned }) => planned?.key ?? '');
  return (report.plan?.cases ?? []).flatMap((planned, index) => {
    const entries = byCase.get(planned.key) ?? [];
    if (entries.length === 0) return [];
    const evidence = (citedBy.get(planned.key) ?? []).flatMap(({ verdict }) => verdict.evidence);
    const id = `trace-${index + 1}`;
    return [{ id, planned, entries, cited: new Set(evidence), linesAtMost: LINES_AT_MOST }];
  });
}

function urgentFirst(all: readonly CaseTrace[], { rows }: Material): readonly CaseTrace[] {
  const urgent = new Set(nonPasses(rows).map(({ planned }) => planned?.key));
  const isUrgent = ({ planned: { key } }: CaseTrace): boolean => urgent.has(key);
  return [...all.filter((one) => isUrgent(one)), ...all.filter((one) => !isUrgent(one))];
}

/** As many of the traces as there is room for, each as a whole. */
function filled(
  traces: readonly CaseTrace[],
  charactersAtMost: number,
): ReadonlyMap<string, DrawnTrace> {
  const drawn = new Map<string, DrawnTrace>();
  let characters = 0;
  for (const trace of traces) {
    if (characters >= charactersAtMost) break;
    const { text } = caseTrace(trace);
    if (characters + text.length > charactersAtMost) continue;
    characters += text.length;
    drawn.set(trace.id, { key: trace.planned.key, id: trace.id, text });
  }
  return drawn;
}
