import { html, Markup } from '../markup.ts';
import { counted } from '../overall.ts';
import type { Traces } from './plan-traces.ts';

/** The file beside the report with the traces that it has no room for. */
export const TRACE_FILE = 'trace.html';

/** The traces within the report, and where the others are. */
export function traceSection(
  { inside, beside, left }: Traces,
  besideSha256: string | null,
): Markup {
  return html`<section class="wide" aria-labelledby="trace">
    <h2 id="trace">Trace <span class="count">${inside.length}</span></h2>
    <p>
      What was seen at each port in each case, with the bytes beside what they say. Lanes: a high
      mark carries bytes, a low one does not.
    </p>
    ${inside.length === 0 ? html`<p class="empty">No case has been run.</p>` : null}
    ${inside.map(({ text }) => new Markup(text))}
    ${
      besideSha256 === null
        ? null
        : html`<p>
            ${counted(beside.length, 'more case')} in
            <a href="${TRACE_FILE}">${TRACE_FILE}</a>, SHA-256 <code>${besideSha256}</code>.
          </p>`
    }
    ${left > 0 ? html`<p>${counted(left, 'more case')} in journal.ndjson alone.</p>` : null}
  </section>`;
}
