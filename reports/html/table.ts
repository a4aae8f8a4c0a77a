import { html } from './markup.ts';
import type { Content, Markup } from './markup.ts';

/** The head of a table: a caption for those who hear it, and a heading for each column. */
export function tableHead(caption: string, columns: readonly string[]): Content {
  return [
    html`<caption class="visually-hidden">
      ${caption}
    </caption>`,
    html`<thead>
      <tr>
        ${columns.map((column) => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>`,
  ];
}

/** A table of one body. */
export function plainTable(caption: string, columns: readonly string[], rows: Content): Markup {
  return html`<table>
    ${tableHead(caption, columns)}
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** Names with their values, for a list of descriptions. */
export function described(pairs: readonly (readonly [name: string, value: Content])[]): Content {
  return pairs.map(
    ([name, value]) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`,
  );
}
