import type { LotMeasurement } from '../lot.ts';
import { lotValueText, statisticsText } from '../lot-text.ts';
import { scrolling } from './links.ts';
import { html } from './markup.ts';
import type { Content, Markup } from './markup.ts';
import type { Material } from './material.ts';
import { tableHead } from './table.ts';
import { badge } from './word.ts';

/** Each measurement over all meters of a lot; nothing where one meter was asked. */
export function lot({ report }: Material): Content {
  if (report.lot.length === 0) return null;
  const table = html`<table>
    ${tableHead('Lot', ['Measurement', 'Position', 'Meter', 'Value', 'Verdict'])}
    ${report.lot.map((one) => measurement(one))}
  </table>`;
  return html`<section aria-labelledby="lot">
    <h2 id="lot">Lot <span class="count">${report.lot.length}</span></h2>
    ${scrolling('Lot', table)}
  </section>`;
}

function measurement(one: LotMeasurement): Markup {
  const { scenario, case: name, requirement, measurement: measured, rows } = one;
  const head = html`<th scope="rowgroup" rowspan="${rows.length + 1}">
    ${scenario}, ${name}: ${measured} (${requirement})
  </th>`;
  return html`<tbody>
    ${rows.map(
      (row, index) =>
        html`<tr>
          ${index === 0 ? head : null}
          <td>${row.position}</td>
          <td>${row.meterSerial}</td>
          <td class="number">${lotValueText(one, row)}</td>
          <td>${badge(row.verdict)}</td>
        </tr>`,
    )}
    <tr>
      <td colspan="4">${statisticsText(one)}</td>
    </tr>
  </tbody>`;
}
