import { readFileSync } from 'node:fs';
import { scrolling } from '../html/links.ts';
import { html, type Markup } from '../html/markup.ts';
import { tableHead } from '../html/table.ts';
import { iconSheet } from '../html/word.ts';
import { VERDICT_COLUMNS } from './fragments.ts';

/** What the page loads beside itself. */
export const STYLE = [
  new URL('../html/report.css', import.meta.url),
  new URL('live.css', import.meta.url),
]
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

export const SCRIPT = readFileSync(new URL('client.js', import.meta.url), 'utf8');

/** Nothing comes from elsewhere; styles stand in the report, too, which opens with this policy. */
export const POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The empty page, which its script fills.
 * @param token without which nobody can answer or stop
 */
export function livePage(token: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="live-token" content="${token}" />
        <title>A run, live</title>
        <link rel="stylesheet" href="style.css" />
        <script src="client.js" defer=""></script>
      </head>
      <body>
        ${iconSheet()}
        <a class="skip" href="#main">Skip to the run</a>
        <header class="page-header">
          <div data-region="status" role="status">${waiting()}</div>
          <div class="title">
            <p class="kind">Live <span class="unsealed" id="connection">connecting</span></p>
            <div data-region="title"></div>
          </div>
        </header>
        <main id="main" tabindex="-1">
          ${prompts()} ${summary()} ${table('Not passed', 'open', 'Nothing has failed so far.')}
          ${table('Verdicts', 'verdicts', 'The first case is not over yet.')} ${journal()}
        </main>
      </body>
    </html> `.text;
}

function waiting(): Markup {
  return html`<noscript>This page follows a run with a script; the report needs none.</noscript>`;
}

/** First of all, because somebody waits. */
function prompts(): Markup {
  return html`<section id="prompts" aria-labelledby="prompts-title" hidden="">
    <h2 id="prompts-title">The operator is asked</h2>
    <p class="who">
      <label for="answered-by">Who answers</label>
      <input id="answered-by" autocomplete="name" maxlength="80" />
    </p>
    <div data-region="prompts" aria-live="assertive"></div>
  </section>`;
}

function summary(): Markup {
  return html`<section aria-labelledby="summary">
    <h2 id="summary" class="visually-hidden">Summary</h2>
    <dl class="tiles" data-region="tiles"></dl>
    <p class="ends">
      <button type="button" id="stop">Stop and make the rig safe</button>
      <a id="report" hidden="" href="report.html">Open the report</a>
      <span id="said" role="status"></span>
    </p>
  </section>`;
}

function table(name: string, rows: string, empty: string): Markup {
  const content = html`<table class="verdicts">
    ${tableHead(name, VERDICT_COLUMNS)}
    <tbody data-rows="${rows}"></tbody>
  </table>`;
  return html`<section class="wide" aria-labelledby="${rows}-title">
    <h2 id="${rows}-title">${name} <span class="count" data-count="${rows}">0</span></h2>
    <p class="empty" data-empty="${rows}">${empty}</p>
    <div data-table="${rows}" hidden="">${scrolling(name, content)}</div>
  </section>`;
}

function journal(): Markup {
  return html`<section aria-labelledby="tail">
    <h2 id="tail">Journal, newest first</h2>
    ${scrolling('Journal', html`<div data-region="tail"></div>`)}
  </section>`;
}
