import type { Entry } from '../../harness/journal/entry.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import { bytesOf, entryText, instrumentOf } from './entry-text.ts';
import { scrolling } from './links.ts';
import { html } from './markup.ts';
import type { Content, Markup } from './markup.ts';
import type { Material } from './material.ts';

/** Bytes of one line that are shown; a longer table is read in the journal. */
const BYTES_AT_MOST = 512;

/** Every line of the journal that a verdict cites. */
export function journalLines(material: Material): Markup {
  const { cited, entries, rows } = material;
  const wanted = new Set(rows.flatMap(({ verdict }) => verdict.evidence)).size;
  const left = wanted - cited.size;
  return html`<section aria-labelledby="evidence">
    <h2 id="evidence">Evidence <span class="count">${cited.size}</span></h2>
    <p>
      The lines that the verdicts cite, out of ${entries.length} in journal.ndjson. Times are
      seconds of the bench’s clock since the start of the run.
      ${left > 0 ? `${left} more cited lines are left out here and stand in journal.ndjson.` : null}
    </p>
    ${
      cited.size === 0
        ? html`<p class="empty">No verdict cites a line.</p>`
        : scrolling('Evidence', entryTable([...cited.values()], 'Cited lines of the journal', true))
    }
  </section>`;
}

/** Lines of the journal as a table; `anchored` makes each row the target of links. */
export function entryTable(
  entries: readonly Entry[],
  caption: string,
  anchored: boolean = false,
): Markup {
  return html`<table class="lines">
    <caption class="visually-hidden">
      ${caption}
    </caption>
    <thead>
      <tr>
        <th scope="col">Line</th>
        <th scope="col">Time, s</th>
        <th scope="col">Case, step</th>
        <th scope="col">Seen by</th>
        <th scope="col">What</th>
      </tr>
    </thead>
    <tbody>
      ${entries.map((entry) => entryRow(entry, anchored))}
    </tbody>
  </table>`;
}

function entryRow(entry: Entry, anchored: boolean): Markup {
  const { seq, wall, atNs } = entry;
  const cells = html`<th scope="row" class="number">${seq}</th>
    <td class="number"><time datetime="${wall}">${(atNs / NS_PER_S).toFixed(3)}</time></td>
    <td>${placeText(entry)}</td>
    <td>${instrumentOf(entry) ?? 'harness'}</td>
    <td>${entryText(entry)}${bytes(entry)}</td>`;
  return anchored
    ? html`<tr id="line-${seq}">
        ${cells}
      </tr>`
    : html`<tr>
        ${cells}
      </tr>`;
}

function placeText(entry: Entry): string {
  const key = 'case' in entry ? entry.case : null;
  const step = 'step' in entry ? entry.step : null;
  return [key, step].filter((part) => part !== null).join(', ') || 'the run';
}

function bytes(entry: Entry): Content {
  const hex = bytesOf(entry);
  if (hex === null) return null;
  const count = Math.ceil(hex.length / 2);
  const pairs = hex.slice(0, 2 * BYTES_AT_MOST).match(/.{1,2}/g) ?? [];
  const rest = count > BYTES_AT_MOST ? ` … ${count - BYTES_AT_MOST} more in journal.ndjson` : '';
  return html`<details>
    <summary>${count} bytes in hex</summary>
    <pre class="bytes"><code>${pairs.join(' ')}${rest}</code></pre>
  </details>`;
}
