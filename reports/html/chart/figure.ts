import type { ScaleLinear } from 'd3-scale';
import { html } from '../markup.ts';
import type { Content, Markup } from '../markup.ts';

/** A chart with what a reader who does not see it needs: a title, a description, the numbers. */
export interface Figure {
  /** Unique in the document. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences that say what the chart shows. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly drawing: Content;
  readonly legend: Content;
  /** The same numbers as a table. */
  readonly numbers: Content;
}

/** The figure as inline SVG, which takes its colours from the style sheet of the page. */
export function figure(chart: Figure): Markup {
  const { id, title, description, width, height, drawing, legend, numbers } = chart;
  return html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <svg
      role="img"
      viewBox="0 0 ${width} ${height}"
      aria-labelledby="${id}-title ${id}-description"
    >
      <title id="${id}-title">${title}</title>
      <desc id="${id}-description">${description}</desc>
      ${drawing}
    </svg>
    <div class="legend">${legend}</div>
    ${numbers}
  </figure>`;
}

/** One entry of a legend: the mark itself, small, and what it means. */
export function legendItem(mark: Content, text: string): Markup {
  return html`<span class="key"
    ><svg width="22" height="14" viewBox="0 0 22 14" aria-hidden="true">${mark}</svg> ${text}</span
  >`;
}

/** Coordinates to a tenth of a pixel: what is finer only makes the file longer. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Lines at round seconds, each with its label below. */
export function secondsGrid(
  scale: ScaleLinear<number, number>,
  {
    top,
    bottom,
    labelY,
  }: { readonly top: number; readonly bottom: number; readonly labelY: number },
): Content {
  return scale
    .ticks(8)
    .map(
      (tick) =>
        html`<path class="grid" d="M${px(scale(tick))} ${top}V${bottom}" /><text
            class="tick middle"
            x="${px(scale(tick))}"
            y="${labelY}"
            >${String(tick).replace('-', '−')} s</text
          >`,
    );
}

/** A number of few decimals for an axis, with a proper minus and, when wanted, a plus. */
export function signed(value: number, decimals: number, plus: boolean = true): string {
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return text;
  if (value < 0) return `−${text}`;
  return plus ? `+${text}` : text;
}

/** Charts of one kind that a page has room for; the journal holds what more are made from. */
const DRAWN_AT_MOST = 20;

/** The charts of the first cases, and how many are left out. */
export function drawnFirst<T>(
  cases: readonly T[],
  draw: (one: T, index: number) => Markup,
): readonly Markup[] {
  const left = cases.length - DRAWN_AT_MOST;
  const drawn = cases.slice(0, DRAWN_AT_MOST).map((one, index) => draw(one, index));
  return left <= 0 ? drawn : [...drawn, html`<p class="empty">${left} more are not drawn.</p>`];
}
