import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import type { Material } from './material.ts';

/** A line of the journal by its number: a link when the document shows it. */
export function lineLink(seq: number, { cited }: Material): Markup {
  return cited.has(seq) ? html`<a href="#line-${seq}">${seq}</a>` : html`${seq}`;
}

/** Lines of the journal, separated by commas. */
export function lineLinks(lines: readonly number[], material: Material): Markup {
  if (lines.length === 0) return html`none`;
  const links = lines.map((seq, index) => [index === 0 ? '' : ', ', lineLink(seq, material)]);
  return html`${links}`;
}

/** A box that scrolls sideways when the window is narrow; reachable by keyboard. */
export function scrolling(label: string, content: Markup): Markup {
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">${content}</div>`;
}
