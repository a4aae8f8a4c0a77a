import { readFileSync } from 'node:fs';
import { sha256 } from '../../harness/journal/hash.ts';
import type { Entry } from '../../harness/journal/entry.ts';
import type { JournalCheck } from '../../harness/journal/verify.ts';
import type { Report } from '../report.ts';
import { accuracyCharts } from './chart/accuracy.ts';
import { alarmCharts } from './chart/alarm.ts';
import { clockCharts } from './chart/clock.ts';
import { loadCharts } from './chart/load.ts';
import { outageCharts } from './chart/outage.ts';
import { provisioningCharts } from './chart/provisioning.ts';
import { failures } from './failures.ts';
import { header } from './header.ts';
import { journalLines } from './journal-lines.ts';
import { lot } from './lot.ts';
import { html, Markup } from './markup.ts';
import type { Content } from './markup.ts';
import { materialOf } from './material.ts';
import type { Material } from './material.ts';
import { matrix } from './matrix.ts';
import { measurements } from './measurements.ts';
import { overallOf } from './overall.ts';
import { instruments, provenance } from './provenance.ts';
import { registrations } from './registration.ts';
import { tiles } from './tiles.ts';
import { planTraces, type Traces } from './trace/plan-traces.ts';
import { traceSection } from './trace/section.ts';
import { verdictTable } from './verdict-table.ts';
import { iconSheet } from './word.ts';

/** What report.html is made from; the same entries and the same check give the same text. */
export interface HtmlSource {
  readonly report: Report;
  readonly entries: readonly Entry[];
  /** What the check of the journal's chain came to; null when nobody checked. */
  readonly chain: JournalCheck | null;
}

const STYLE = new Markup(readFileSync(new URL('report.css', import.meta.url), 'utf8'));

/** Parts of the page by the anchor of their heading. */
const PARTS: readonly (readonly [anchor: string, name: string])[] = [
  ['failures', 'Not passed'],
  ['requirements', 'Requirements'],
  ['charts', 'Charts'],
  ['verdicts', 'All verdicts'],
  ['lot', 'Lot'],
  ['measurements', 'Measurements'],
  ['trace', 'Trace'],
  ['evidence', 'Evidence'],
  ['instruments', 'Instruments'],
  ['provenance', 'Provenance'],
];

/** The report, and the file beside it for what the report has no room for. */
export interface HtmlReport {
  readonly html: string;
  /** trace.html; null when the report holds every trace. */
  readonly trace: string | null;
}

/**
 * The text of report.html: one file that needs neither network nor script. The policy in its head
 * forbids both, whatever a journal may bring along.
 */
export function renderHtml({ report, entries, chain }: HtmlSource): HtmlReport {
  const material = materialOf(report, entries, chain);
  const traces = planTraces(material);
  const trace = traces.beside.length === 0 ? null : tracePage(material, traces);
  const traceHash = trace === null ? null : sha256(trace);
  const body = html`<nav aria-label="Parts of the report">
      <ul>
        ${partsOf(report).map(([anchor, text]) => html`<li><a href="#${anchor}">${text}</a></li>`)}
      </ul>
    </nav>
    <main id="main" tabindex="-1">
      ${tiles(material)} ${failures(material, traces)} ${matrix(material)} ${charts(material)}
      ${verdictTable(material)} ${lot(material)} ${measurements(material)}
      ${traceSection(traces, traceHash)} ${journalLines(material)} ${instruments(material)}
      ${provenance(material)}
    </main>`;
  return { html: document(material, '', [header(material), body]), trace };
}

/** The traces that stand beside the report. */
function tracePage(material: Material, { beside }: Traces): string {
  const body = html`<main id="main" tabindex="-1" class="wide">
    <h1>Traces of ${material.report.plan?.title ?? 'a run'}</h1>
    <p>
      Run <code>${material.report.runId ?? 'unknown'}</code>; the verdicts stand in report.html.
    </p>
    ${beside.map(({ text }) => new Markup(text))}
  </main>`;
  return document(material, 'Traces, ', body);
}

function document(material: Material, kind: string, body: Content): string {
  const { report } = material;
  const name = report.plan?.title ?? 'no plan';
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <title>${kind}${overallOf(report).text}: ${name}, run ${report.runId ?? 'unknown'}</title>
        <style>
          ${STYLE}${runningFoot(report)}
        </style>
      </head>
      <body>
        ${iconSheet()}
        <a class="skip" href="#main">Skip to the results</a>
        ${body}
      </body>
    </html> `.text;
}

/** A run of one meter has no lot to lead to. */
function partsOf({ lot: all }: Report): typeof PARTS {
  return PARTS.filter(([anchor]) => anchor !== 'lot' || all.length > 0);
}

function charts(material: Material): Markup {
  const groups: readonly (readonly [name: string, charts: readonly Markup[]])[] = [
    ['Accuracy', [...accuracyCharts(material), ...registrations(material)]],
    ['Clock', clockCharts(material)],
    ['Outages', outageCharts(material)],
    ['From outage to alarm', alarmCharts(material)],
    ['Provisioning', provisioningCharts(material)],
    ['Load', loadCharts(material)],
  ];
  const drawn = groups.filter(([, own]) => own.length > 0);
  const content: Content =
    drawn.length === 0
      ? html`<p class="empty">This run measured nothing that a chart could show.</p>`
      : drawn.map(
          ([name, own]) =>
            html`<h3>${name}</h3>
              ${own}`,
        );
  return html`<section aria-labelledby="charts">
    <h2 id="charts">Charts</h2>
    ${content}
  </section>`;
}

/** The run at the foot of each printed page. A run id is a name: whatever else it holds is left out. */
function runningFoot({ runId }: Report): Markup {
  const name = (runId ?? 'unknown').replace(/[^\w.-]/g, '').slice(0, 40);
  return new Markup(
    `@page { @bottom-left { content: "Test report, run ${name}"; font: 8pt sans-serif; } }`,
  );
}
