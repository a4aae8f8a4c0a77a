import { seenOf } from '../../harness/verdict/case-record.ts';
import type { Seen } from '../../harness/verdict/case-record.ts';
import type { Reading } from '../../rigs/port/observation.ts';
import { uncertaintyText, valueText } from '../number-text.ts';
import { scrolling } from './links.ts';
import { tableHead } from './table.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { grouped } from './material.ts';
import type { Material } from './material.ts';

/** Readings that the document shows; the journal holds all. */
const SHOWN_AT_MOST = 2_000;

interface Taken {
  readonly key: string;
  readonly seen: Seen<'reading'>;
}

/** Every reading with its uncertainty budget, its raw counts and the instrument that gave it. */
export function measurements({ records }: Material): Markup {
  const all: readonly Taken[] = records.flatMap((record) =>
    seenOf(record, 'reading').map((seen) => ({ key: record.planned.key, seen })),
  );
  const left = all.length - SHOWN_AT_MOST;
  const shown = all.slice(0, SHOWN_AT_MOST);
  const table = html`<table class="measurements">
    ${tableHead('Measurements', ['Case', 'Line', 'Reading', 'Value', 'U', 'k', 'Resolution', 'Uncertainty budget (standard uncertainties)', 'Raw counts', 'Instrument'])}
    ${grouped(shown, ({ key }) => key).map(
      ([key, own]) =>
        html`<tbody>
          ${own.map((taken, index) => readingRow(taken, index === 0 ? [key, own.length] : null))}
        </tbody>`,
    )}
  </table>`;
  return html`<section class="wide" aria-labelledby="measurements">
    <h2 id="measurements">Measurements <span class="count">${all.length}</span></h2>
    ${all.length === 0 ? html`<p class="empty">Nothing was measured.</p>` : scrolling('Measurements', table)}
    ${left > 0 ? html`<p>${left} more readings stand in journal.ndjson.</p>` : null}
  </section>`;
}

function readingRow(
  { seen: { seq, observation } }: Taken,
  head: readonly [key: string, rows: number] | null,
): Markup {
  const { name, unit, expandedUncertainty, coverageFactor, resolution, instrument } = observation;
  return html`<tr id="reading-${seq}">
    ${head === null ? null : html`<th scope="rowgroup" rowspan="${head[1]}">${head[0]}</th>`}
    <td class="number">${seq}</td>
    <td>${name}</td>
    <td class="number">
      <strong>${valueText(observation)}</strong>
    </td>
    <td class="number">${uncertaintyText(expandedUncertainty, unit)}</td>
    <td class="number">${coverageFactor}</td>
    <td class="number">${uncertaintyText(resolution, unit)}</td>
    <td>${budget(observation)}</td>
    <td class="raw">${raw(observation)}</td>
    <td>${instrument}</td>
  </tr>`;
}

function budget({ budget: lines, unit }: Reading): Markup {
  if (lines.length === 0) return html`none declared`;
  const items = lines.map(
    ({ source, standardUncertainty }) =>
      html`<li>
        ${source}: <span class="value">${uncertaintyText(standardUncertainty, unit)}</span>
      </li>`,
  );
  return html`<ul>
    ${items}
  </ul>`;
}

function raw({ raw: counts, ticks }: Reading): Markup {
  const texts = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
  if (ticks !== null) texts.push(`ticks ${ticks.count ?? 'between two counts'}`);
  return html`${texts.join(', ')}`;
}
