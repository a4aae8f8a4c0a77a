import { scaleLinear } from 'd3-scale';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { lineLink, scrolling } from '../links.ts';
import { plainTable } from '../table.ts';
import { html } from '../markup.ts';
import type { Content, Markup } from '../markup.ts';
import { grouped } from '../material.ts';
import type { Material } from '../material.ts';
import { TONES } from '../word.ts';
import { figure, legendItem, px } from './figure.ts';
import { outageCases } from './outage-case.ts';
import type { OutageCase, SeenMessage, TimeWindow } from './outage-case.ts';

const WIDTH = 1000;
const LEFT = 190;
const RIGHT = 985;
const TOP = 12;
/** Mains, messages, and then a line for each window. */
const MAINS = 30;
const MESSAGES = 26;
const WINDOW = 16;
const GAP = 16;
/** Time before the cut that is shown. */
const BEFORE_NS = 10 * NS_PER_S;
const CASES_AT_MOST = 20;

/** A timeline for each case in which the mains went away; one chart a scenario, with one axis. */
export function outageCharts(material: Material): readonly Markup[] {
  const groups = grouped(outageCases(material), ({ record }) => record.planned.scenario);
  return groups.map(([scenario, cases], index) =>
    outageChart(scenario, cases, `outage-${index + 1}`, material),
  );
}

type Position = (ns: number) => number;

function outageChart(
  scenario: string,
  cases: readonly OutageCase[],
  id: string,
  material: Material,
): Markup {
  const shown = cases.slice(0, CASES_AT_MOST);
  const endNs = Math.max(...shown.map((one) => one.endNs), NS_PER_S) * 1.04;
  const scale = scaleLinear([-BEFORE_NS, endNs], [LEFT, RIGHT]);
  const x: Position = (ns) => px(scale(Math.min(Math.max(ns, -BEFORE_NS), endNs)));
  let top = TOP;
  const lanes = shown.map((one) => {
    const drawn = caseLanes(one, top, x, endNs);
    top += heightOf(one) + GAP;
    return drawn;
  });
  const title = shown[0]?.record.planned.title ?? scenario;
  const seconds = scaleLinear([-BEFORE_NS / NS_PER_S, endNs / NS_PER_S], [LEFT, RIGHT]);
  return figure({
    id,
    title: `${scenario}: ${title}`,
    description:
      `Mains, messages and their declared windows over time in ${shown.length} of ${cases.length} cases; ` +
      'zero is when the mains were told to open.',
    width: WIDTH,
    height: top + 30,
    drawing: [axis(seconds.ticks(10), x, top), lanes],
    legend: LEGEND,
    numbers: table(cases, material),
  });
}

function heightOf({ windows }: OutageCase): number {
  return MAINS + MESSAGES + windows.length * WINDOW;
}

function axis(ticks: readonly number[], x: Position, bottom: number): Content {
  return ticks.map(
    (tick) =>
      html`<path
          class="${tick === 0 ? 'axis' : 'grid'}"
          d="M${x(tick * NS_PER_S)} ${TOP - 6}V${bottom}"
        /><text class="tick middle" x="${x(tick * NS_PER_S)}" y="${bottom + 17}"
          >${String(tick).replace('-', '−')} s</text
        >`,
  );
}

function caseLanes(one: OutageCase, top: number, x: Position, endNs: number): Markup {
  const messages = one.messages.filter(({ atNs }) => atNs >= -BEFORE_NS && atNs <= endNs);
  const messageTop = top + MAINS + MESSAGES / 2;
  return html`<g>
    <text class="lane-group" x="4" y="${top + 13}">${one.record.planned.name}</text>
    <text class="lane end" x="${LEFT - 8}" y="${top + MAINS - 4}">mains</text>
    <path class="mains" d="${mainsPath(one, top, x, endNs)}" />
    <text class="lane end" x="${LEFT - 8}" y="${messageTop + 4}">messages</text>
    ${messages.map((message) => messageMark(message, messageTop, x))}
    ${one.windows.map((window, index) => windowBar(window, top + MAINS + MESSAGES + index * WINDOW, x))}
  </g>`;
}

/** High while the mains are closed; a slope while nobody can say. */
function mainsPath({ moves }: OutageCase, top: number, x: Position, endNs: number): string {
  const [high, low] = [top + 6, top + MAINS - 6];
  const before = moves.findLast(({ toNs }) => toNs <= -BEFORE_NS);
  let y = before === undefined || before.state === 'closed' ? high : low;
  let path = `M${x(-BEFORE_NS)} ${y}`;
  for (const { fromNs, toNs, state } of moves) {
    if (toNs <= -BEFORE_NS) continue;
    y = state === 'closed' ? high : low;
    path += `H${x(fromNs)}L${x(toNs)} ${y}`;
  }
  return `${path}H${x(endNs)}`;
}

function messageMark({ kind, atNs }: SeenMessage, y: number, x: Position): Markup {
  const at = x(atNs);
  const told = `${kind} at ${secondsText(atNs)}`;
  if (kind === 'last-gasp') {
    return html`<g><title>${told}</title><path class="gasp" d="M${at} ${y + 6}l-6 -11h12z" /></g>`;
  }
  if (kind === 'restoration') {
    return html`<g
      ><title>${told}</title><path class="restored" d="M${at} ${y - 6}l-6 11h12z"
    /></g>`;
  }
  return html`<g><title>${told}</title><path class="beat" d="M${at} ${y - 5}v10" /></g>`;
}

function windowBar(
  { what, isForbidden, fromNs, toNs, verdict }: TimeWindow,
  top: number,
  x: Position,
): Markup {
  const [from, to] = [x(fromNs), x(toNs)];
  const className = `window ${isForbidden ? 'never ' : ''}${TONES[verdict]}`;
  return html`<g
    ><title>${what}, ${secondsText(fromNs)} to ${secondsText(toNs)}: ${verdict}</title>
    <text class="lane end ${TONES[verdict]}" x="${LEFT - 8}" y="${top + 11}"
      >${clipped(what)}: ${verdict}</text
    >
    <rect
      class="${className}"
      x="${from}"
      y="${top + 3}"
      width="${px(Math.max(to - from, 1))}"
      height="${WINDOW - 6}"
  /></g>`;
}

const LABEL_AT_MOST = 22;

function clipped(text: string): string {
  return text.length <= LABEL_AT_MOST ? text : `${text.slice(0, LABEL_AT_MOST - 1)}…`;
}

const LEGEND: Content = [
  legendItem(html`<path class="mains" d="M1 3h6v9h8v-9h6" />`, 'mains closed (high) or open (low)'),
  legendItem(html`<path class="gasp" d="M11 13l-6 -11h12z" />`, 'last gasp'),
  legendItem(html`<path class="restored" d="M11 1l-6 11h12z" />`, 'restoration'),
  legendItem(html`<path class="beat" d="M11 2v10" />`, 'other message'),
  legendItem(
    html`<rect class="window good" x="1" y="3" width="20" height="8" />`,
    'must arrive here',
  ),
  legendItem(
    html`<rect class="window never good" x="1" y="3" width="20" height="8" />`,
    'must not arrive here',
  ),
];

function table(cases: readonly OutageCase[], material: Material): Markup {
  const rows = cases.flatMap(({ record, messages }) =>
    messages
      .filter(({ kind }) => kind === 'last-gasp' || kind === 'restoration')
      .map(
        ({ kind, atNs, seq }) =>
          html`<tr>
            <th scope="row">${record.planned.name}</th>
            <td>${kind}</td>
            <td class="number">${secondsText(atNs)}</td>
            <td>${lineLink(seq, material)}</td>
          </tr>`,
      ),
  );
  if (rows.length === 0) return html`<p class="empty">No last gasp and no restoration came.</p>`;
  const content = plainTable(
    'Messages of the outages',
    ['Case', 'Message', 'After the cut', 'Line'],
    rows,
  );
  return html`<details>
    <summary>Numbers of this chart</summary>
    ${scrolling('Messages of the outages', content)}
  </details>`;
}

function secondsText(ns: number): string {
  return `${(ns / NS_PER_S).toFixed(3).replace('-', '−')} s`;
}
