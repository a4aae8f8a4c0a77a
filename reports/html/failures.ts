import { codeFrameColumns } from '@babel/code-frame';
import type { Entry } from '../../harness/journal/entry.ts';
import type { Blame } from '../../rigs/port/bench.ts';
import { limitText, marginText, measuredText } from '../number-text.ts';
import { bytesOf, entryText } from './entry-text.ts';
import { entryTable } from './journal-lines.ts';
import { lineLinks } from './links.ts';
import { html } from './markup.ts';
import type { Content, Markup } from './markup.ts';
import { nonPasses } from './material.ts';
import type { Material, Row } from './material.ts';
import { counted } from './overall.ts';
import type { Traces } from './trace/plan-traces.ts';
import { TRACE_FILE } from './trace/section.ts';
import { icon, TONES } from './word.ts';

/** Failures that are told at length; the table of all verdicts has the rest. */
const TOLD_AT_MOST = 200;

/** What did not pass, the worst first, each with all that is needed to act on it. */
export function failures(material: Material, traces: Traces): Markup {
  const rows = nonPasses(material.rows);
  if (rows.length === 0) {
    return html`<section aria-labelledby="failures">
      <h2 id="failures">Not passed</h2>
      <p class="empty">${icon('pass')} ${nothingFailed(material)}</p>
    </section>`;
  }
  const left = rows.length - TOLD_AT_MOST;
  const more = html`<p>
    ${counted(left, 'more')} in the <a href="#verdicts">table of all verdicts</a>.
  </p>`;
  return html`<section aria-labelledby="failures">
    <h2 id="failures">Not passed <span class="count">${rows.length}</span></h2>
    ${rows.slice(0, TOLD_AT_MOST).map((row) => failure(row, material, traces))}
    ${left > 0 ? more : null}
  </section>`;
}

function nothingFailed({ rows, report: { counts } }: Material): string {
  return rows.length === counts.inapplicable
    ? 'Nothing failed, because nothing was asked.'
    : 'Nothing: every verdict that was asked for has passed.';
}

function failure(row: Row, material: Material, traces: Traces): Markup {
  const { verdict, planned, id } = row;
  const facts: readonly (readonly [name: string, value: Content])[] = [
    ['Asked', planned?.title ?? material.statements.get(verdict.requirement) ?? null],
    ['Expected', verdict.limit === null ? null : limitText(verdict.limit)],
    ['Seen', verdict.measured === null ? null : seenText(row)],
    ['Why', verdict.reason],
    ['Who must act', verdict.blame === null ? 'nobody' : BLAMES[verdict.blame]],
    ['Evidence', evidenceText(verdict.evidence, material)],
    ['Trace', traceLink(row, traces)],
  ];
  return html`<article class="failure ${TONES[verdict.verdict]}" aria-labelledby="why-${id}">
    <h3 id="why-${id}">
      ${icon(verdict.verdict)} <span>${verdict.verdict}: ${verdict.requirement}</span>
      <a class="place" href="#${id}">${verdict.scenario}, ${verdict.case}</a>
    </h3>
    <div class="columns">
      <dl>
        ${facts.map(([name, value]) =>
          value === null
            ? null
            : html`<div>
                <dt>${name}</dt>
                <dd>${value}</dd>
              </div>`,
        )}
      </dl>
      ${codeFrame(row, material)}
    </div>
    ${citedLines(row, material)}
  </article>`;
}

const BLAMES: Readonly<Record<Blame, string>> = {
  rig: 'rig: the bench or one of its instruments',
  dut: 'dut: the meter under test',
  'head-end': 'head-end: the system that the meter talks to',
  scenario: 'scenario: the file that asks',
  harness: 'harness: this program',
};

/** The trace of the case, here or beside; null where there is none. */
function traceLink({ planned }: Row, { inside, beside }: Traces): Content {
  const here = inside.find(({ key }) => key === planned?.key);
  if (here !== undefined) return html`<a href="#${here.id}">what was seen at each port</a>`;
  const there = beside.find(({ key }) => key === planned?.key);
  return there === undefined
    ? null
    : html`<a href="${TRACE_FILE}#${there.id}">what was seen at each port, in ${TRACE_FILE}</a>`;
}

function evidenceText(lines: readonly number[], material: Material): Content {
  return lines.length === 0 ? 'none' : html`journal line ${lineLinks(lines, material)}`;
}

function seenText({ verdict }: Row): string {
  const { measured } = verdict;
  const margin = marginText(verdict);
  const seen = measured === null ? '' : `${measured.name} ${measuredText(measured)}`;
  return margin === null ? seen : `${seen}, margin ${margin}`;
}

function codeFrame({ verdict: { source } }: Row, { files }: Material): Content {
  if (source === null) return null;
  const file = files.find(({ name }) => name === source.file);
  const place = `${source.file}:${source.line}:${source.column}`;
  if (file === undefined)
    return html`<p class="frame">${place} (its text is not in the journal)</p>`;
  const start = { line: source.line, column: source.column };
  const frame = codeFrameColumns(file.text, { start }, { linesAbove: 2, linesBelow: 5 });
  return html`<figure class="frame">
    <figcaption>${place}</figcaption>
    <pre><code>${frame}</code></pre>
  </figure>`;
}

function citedLines(row: Row, material: Material): Content {
  const { evidence } = row.verdict;
  const lines = evidence.flatMap((seq) => material.cited.get(seq) ?? []);
  const last = lastBytes(row, material);
  const before = last === null || evidence.includes(last.seq) ? null : last;
  if (lines.length === 0 && before === null) return null;
  return html`<details open="">
    <summary>What the journal says (${counted(lines.length, 'line')} cited)</summary>
    ${lines.length === 0 ? null : entryTable(lines, `Lines cited for ${row.verdict.requirement}`)}
    ${
      before === null
        ? null
        : html`<p>Last bytes before: line ${before.seq}, ${entryText(before)}</p>
            <pre class="bytes"><code>${bytesOf(before)}</code></pre>`
    }
  </details>`;
}

/** The last line with bytes in the case up to what was decisive. */
function lastBytes({ planned, verdict }: Row, { byCase }: Material): Entry | null {
  const end = verdict.evidence.at(-1) ?? Number.POSITIVE_INFINITY;
  const own = byCase.get(planned?.key ?? '') ?? [];
  return own.findLast((entry) => entry.seq <= end && bytesOf(entry) !== null) ?? null;
}
