import { NS_PER_S } from '../../../devices/domain/time.ts';
import type { Entry } from '../../../harness/journal/entry.ts';
import type { PlannedCase } from '../../../harness/plan/plan.ts';
import { bytesOf, entryText } from '../entry-text.ts';
import { scrolling } from '../links.ts';
import { html } from '../markup.ts';
import type { Content, Markup } from '../markup.ts';
import { counted } from '../overall.ts';
import { tableHead } from '../table.ts';
import { hexDump } from './hex-dump.ts';
import { laneOf, lanes } from './lane.ts';

/** Lines around one that a verdict cites which are shown with it. */
const AROUND = 8;
const BYTES_AT_MOST = 256;

/** One case as it went: what is drawn of it, and which of its lines. */
export interface CaseTrace {
  readonly id: string;
  readonly planned: PlannedCase;
  readonly entries: readonly Entry[];
  /** Lines that a verdict of the case cites. */
  readonly cited: ReadonlySet<number>;
  /** Lines that are shown at most. */
  readonly linesAtMost: number;
}

/** Lanes over time, and then line by line what was said with the bytes that said it. */
export function caseTrace(trace: CaseTrace): Markup {
  const { id, planned, entries } = trace;
  const title = `${planned.scenario}, ${planned.name}`;
  return html`<details class="trace">
    <summary>
      <span>${planned.scenario}, <strong>${planned.name}</strong></span>
      <span class="count">${counted(entries.length, 'line')}</span>
    </summary>
    <div id="${id}" tabindex="-1">
      <p>${planned.title}</p>
      ${lanes(entries, id, title)} ${scrolling(`Trace of ${title}`, traceTable(trace, title))}
    </div>
  </details>`;
}

function traceTable(trace: CaseTrace, title: string): Markup {
  return html`<table class="lines">
    ${tableHead(`Trace of ${title}`, ['Line', 'Time, s', 'Port', 'Decoded', 'Bytes'])}
    ${byStep(shownOf(trace)).map(({ step, lines }) => stepRows(step, lines, trace))}
  </table>`;
}

/** A line, or how many are left out in its place. */
type Shown = Entry | number;

/** All lines; of a long case its ends, and what stands around what is cited. */
function shownOf({ entries, cited, linesAtMost }: CaseTrace): readonly Shown[] {
  if (entries.length <= linesAtMost) return entries;
  const ends = Math.ceil(linesAtMost / 6);
  const wanted = new Set<number>();
  const add = (from: number, to: number): void => {
    for (let at = Math.max(from, 0); at < Math.min(to, entries.length); at++) {
      if (wanted.size < linesAtMost) wanted.add(at);
    }
  };
  add(0, ends);
  add(entries.length - ends, entries.length);
  for (const [at, { seq }] of entries.entries()) {
    if (cited.has(seq)) add(at - AROUND, at + AROUND + 1);
  }
  const shown: Shown[] = [];
  let left = 0;
  for (const [at, entry] of entries.entries()) {
    if (!wanted.has(at)) left++;
    else {
      if (left > 0) shown.push(left);
      left = 0;
      shown.push(entry);
    }
  }
  return shown;
}

interface StepLines {
  readonly step: string | null;
  readonly lines: Shown[];
}

/** Lines that follow each other in the same step. */
function byStep(shown: readonly Shown[]): readonly StepLines[] {
  const groups: StepLines[] = [];
  for (const line of shown) {
    const last = groups.at(-1);
    const isSame = typeof line === 'number' || stepOf(line) === last?.step;
    if (last !== undefined && isSame) last.lines.push(line);
    else groups.push({ step: typeof line === 'number' ? null : stepOf(line), lines: [line] });
  }
  return groups;
}

function stepOf(entry: Entry): string | null {
  return 'step' in entry ? entry.step : null;
}

function stepRows(step: string | null, lines: readonly Shown[], { planned, cited }: CaseTrace) {
  const done = planned.steps.find(({ id }) => id === step)?.action.do;
  const name = step === null ? 'between steps' : `${step}${done === undefined ? '' : `: ${done}`}`;
  return html`<tbody>
    <tr class="step-name">
      <th scope="rowgroup" colspan="5">${name}</th>
    </tr>
    ${lines.map((line) => (typeof line === 'number' ? leftRow(line) : lineRow(line, cited)))}
  </tbody>`;
}

function leftRow(count: number): Markup {
  return html`<tr>
    <td colspan="5" class="empty">${counted(count, 'line')} left out here</td>
  </tr>`;
}

function lineRow(entry: Entry, cited: ReadonlySet<number>): Markup {
  const { seq, wall, atNs } = entry;
  const cells = html`<th scope="row" class="number">${seq}</th>
    <td class="number"><time datetime="${wall}">${(atNs / NS_PER_S).toFixed(3)}</time></td>
    <td>${laneOf(entry)}</td>
    <td>${cited.has(seq) ? html`<strong>cited: </strong>` : null}${entryText(entry)}</td>
    <td>${bytes(entry)}</td>`;
  return cited.has(seq)
    ? html`<tr class="cited">
        ${cells}
      </tr>`
    : html`<tr>
        ${cells}
      </tr>`;
}

function bytes(entry: Entry): Content {
  const hex = bytesOf(entry);
  return hex === null ? null : html`<pre class="bytes">${hexDump(hex, BYTES_AT_MOST)}</pre>`;
}
