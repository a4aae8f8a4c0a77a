import { scaleSymlog } from 'd3-scale';
import { formatDurationNs } from '../../../devices/domain/quantity.ts';
import { NS_PER_MINUTE, NS_PER_S } from '../../../devices/domain/time.ts';
import { lineLinks, scrolling } from '../links.ts';
import { plainTable } from '../table.ts';
import { html } from '../markup.ts';
import type { Content, Markup } from '../markup.ts';
import { grouped } from '../material.ts';
import type { Material } from '../material.ts';
import { clockCases } from './clock-case.ts';
import type { ClockCase } from './clock-case.ts';
import { figure, legendItem, px, signed } from './figure.ts';
import { badge, TONES } from '../word.ts';

const WIDTH = 1000;
const LEFT = 250;
const RIGHT = 905;
const TOP = 34;
const ROW = 19;
/** Cases that one chart draws; the table below it has all. */
const ROWS_AT_MOST = 120;

const HOUR_NS = 60 * NS_PER_MINUTE;
const TICKS_NS = [0, 1, 5, 20, 60, 300, 1200, 3600, 6 * 3600, 24 * 3600].map((s) => s * NS_PER_S);

/** Deviation of the clock before and after a synchronisation, case by case, with the band. */
export function clockCharts(material: Material): readonly Markup[] {
  const cases = clockCases(material);
  if (cases.length === 0) return [];
  const shown = cases.slice(0, ROWS_AT_MOST);
  const groups = grouped(shown, ({ record }) => record.planned.scenario);
  const lines = groups.flatMap(([scenario, own]) => [scenario, ...own]);
  const bottom = TOP + lines.length * ROW;
  const x = positions(shown);
  const left = cases.length - shown.length;
  return [
    figure({
      id: 'clock-chart',
      title: 'Clock of the meter before and after a synchronisation, against the head-end’s clock',
      description:
        `${shown.length} cases, one line each: the deviation before, the deviation after, and the band from ` +
        'the lower to the upper bound inside which the clock is to be corrected.' +
        (left > 0 ? ` ${left} more cases are in the table only.` : ''),
      width: WIDTH,
      height: bottom + 40,
      drawing: [
        lines.map((line, index) => bandOf(line, TOP + index * ROW, x)),
        axis(x, bottom, Math.max(...shown.map((one) => reachOf(one)))),
        lines.map((line, index) => lane(line, TOP + index * ROW, x)),
      ],
      legend: LEGEND,
      numbers: table(cases, material),
    }),
  ];
}

type Position = (ns: number) => number;

/** Linear within a second of zero, logarithmic beyond: a tick and an hour both show. */
function positions(cases: readonly ClockCase[]): Position {
  const reach = Math.max(...cases.map((one) => reachOf(one))) * 1.5;
  const scale = scaleSymlog([-reach, reach], [LEFT, RIGHT]).constant(NS_PER_S);
  return (ns) => px(scale(ns));
}

function reachOf({ beforeNs, after, band }: ClockCase): number {
  const values = [beforeNs ?? 0, after?.value ?? 0, band?.upperNs ?? 0, NS_PER_S];
  return Math.max(...values.map((value) => Math.abs(value)));
}

function axis(x: Position, bottom: number, reachNs: number): Content {
  const ticks = TICKS_NS.filter((tick) => tick <= reachNs * 1.2);
  const both = [...ticks.filter((tick) => tick > 0).map((tick) => -tick), ...ticks];
  return both.map((tick) => {
    const text = tick === 0 ? '0' : `${tick < 0 ? '−' : '+'}${tickText(Math.abs(tick))}`;
    return html`<path
        class="${tick === 0 ? 'axis' : 'grid'}"
        d="M${x(tick)} ${TOP - 6}V${bottom + 4}"
      />
      <text class="tick middle" x="${x(tick)}" y="${bottom + 19}">${text}</text>
      <text class="tick middle" x="${x(tick)}" y="${TOP - 12}">${text}</text>`;
  });
}

function tickText(ns: number): string {
  return ns < HOUR_NS && ns >= NS_PER_MINUTE ? `${ns / NS_PER_MINUTE} min` : formatDurationNs(ns);
}

function lane(line: string | ClockCase, top: number, x: Position): Markup {
  if (typeof line === 'string') {
    return html`<text class="lane-group" x="4" y="${top + 14}">${line}</text>`;
  }
  const { record, beforeNs, isCommanded, after, word } = line;
  const middle = top + ROW / 2;
  const moved =
    beforeNs === null || after === null
      ? null
      : html`<path class="move" d="M${x(beforeNs)} ${middle}H${x(after.value)}" />`;
  return html`<g
    ><title>${record.planned.name}: ${numbersText(line)}</title>
    <text class="lane" x="16" y="${top + 13.5}">${clipped(record.planned.name)}</text>
    ${moved}
    ${beforeNs === null ? null : html`<circle class="before${isCommanded ? ' commanded' : ''}" cx="${x(beforeNs)}" cy="${middle}" r="4.5" />`}
    ${after === null ? null : html`<path class="after" d="M${px(x(after.value) - 4.5)} ${middle}l4.5 -4.5 4.5 4.5 -4.5 4.5z" />`}
    <text class="lane ${word === null ? '' : TONES[word]}" x="${RIGHT + 8}" y="${top + 13.5}"
      >${word ?? 'not judged'}</text
    ></g
  >`;
}

/** Narrowest band in pixels: one of a single deviation must still be seen. */
const BAND_AT_LEAST = 4;

function bandOf(line: string | ClockCase, top: number, x: Position): Content {
  if (typeof line === 'string' || line.band === null) return null;
  const { lowerNs, upperNs, enabled } = line.band;
  const className = enabled ? 'band' : 'band off';
  return [
    [lowerNs, upperNs],
    [-upperNs, -lowerNs],
  ].map(([from = 0, to = 0]) => {
    const width = x(to) - x(from);
    const more = Math.max(BAND_AT_LEAST - width, 0);
    return html`<rect
      class="${className}"
      x="${px(x(from) - more / 2)}"
      y="${top + 1}"
      width="${px(width + more)}"
      height="${ROW - 2}"
    />`;
  });
}

const LABEL_AT_MOST = 34;

function clipped(text: string): string {
  return text.length <= LABEL_AT_MOST ? text : `${text.slice(0, LABEL_AT_MOST - 1)}…`;
}

const LEGEND: Content = [
  legendItem(html`<circle class="before" cx="11" cy="7" r="4.5" />`, 'before, measured'),
  legendItem(html`<circle class="before commanded" cx="11" cy="7" r="4.5" />`, 'before, as set'),
  legendItem(html`<path class="after" d="M6.5 7l4.5 -4.5 4.5 4.5 -4.5 4.5z" />`, 'after'),
  legendItem(
    html`<rect class="band" width="22" height="14" />`,
    'band L..U, either sign: to be corrected',
  ),
  legendItem(
    html`<rect class="band off" width="22" height="14" />`,
    'band while synchronisation is off',
  ),
];

function table(cases: readonly ClockCase[], material: Material): Markup {
  const rows = cases.map((one) => {
    const { record, band, beforeNs, isCommanded, after, word, lines } = one;
    const bandText =
      band === null
        ? 'none'
        : `${formatDurationNs(band.lowerNs)} … ${formatDurationNs(band.upperNs)}${band.enabled ? '' : ', off'}`;
    return html`<tr>
      <th scope="row">${record.planned.key}</th>
      <td>${bandText}</td>
      <td class="number">
        ${beforeNs === null ? 'n/a' : secondsText(beforeNs)}${isCommanded ? ' (as set)' : ''}
      </td>
      <td class="number">${after === null ? 'n/a' : secondsText(after.value)}</td>
      <td class="number">
        ${after === null ? 'n/a' : `${signed(after.expandedUncertainty / 1e6, 1, false)} ms`}
      </td>
      <td>${word === null ? 'not judged' : badge(word)}</td>
      <td>${lineLinks(lines, material)}</td>
    </tr>`;
  });
  const content = plainTable(
    'Clock before and after',
    ['Case', 'Band', 'Before', 'After', 'U after', 'Verdict', 'Lines'],
    rows,
  );
  return html`<details>
    <summary>Numbers of this chart</summary>
    ${scrolling('Clock before and after', content)}
  </details>`;
}

function numbersText({ beforeNs, after }: ClockCase): string {
  const before = beforeNs === null ? 'not measured' : secondsText(beforeNs);
  return `${before} before, ${after === null ? 'not measured' : secondsText(after.value)} after`;
}

function secondsText(ns: number): string {
  return `${signed(ns / NS_PER_S, 3)} s`;
}
