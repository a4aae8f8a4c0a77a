import { scaleLinear } from 'd3-scale';
import { formatDurationNs } from '../../../devices/domain/quantity.ts';
import { NS_PER_MS, NS_PER_S } from '../../../devices/domain/time.ts';
import { countText } from '../../../harness/verdict/fleet-text.ts';
import { roundedDuration } from '../../../harness/verdict/rounded-text.ts';
import { lineLink, scrolling } from '../links.ts';
import { html } from '../markup.ts';
import type { Content, Markup } from '../markup.ts';
import type { Material } from '../material.ts';
import { plainTable } from '../table.ts';
import { badge } from '../word.ts';
import { drawnFirst, figure, legendItem, px } from './figure.ts';
import { loadCases } from './load-series.ts';
import type { LoadCase, LoadSecond } from './load-series.ts';

const WIDTH = 1000;
const HEIGHT = 470;
const LEFT = 72;
const RIGHT = 985;
/** Names of steps, rates, and below them the lag on the same axis of time. */
const RATES = { top: 64, bottom: 268 };
const LAG = { top: 318, bottom: 424 };

/** Offered, achieved and received side by side, and how late the generator was while it did so. */
export function loadCharts(material: Material): readonly Markup[] {
  return drawnFirst(loadCases(material), (one, index) =>
    loadChart(one, `load-${index + 1}`, material),
  );
}

interface Axes {
  readonly x: (ns: number) => number;
  readonly rate: (perSecond: number) => number;
  readonly lag: (ns: number) => number;
  readonly timeTicksS: readonly number[];
  readonly rateTicks: readonly number[];
  readonly lagTicksMs: readonly number[];
}

function axesOf({ points, steps, bounds, secondsPerPoint }: LoadCase): Axes {
  const ends = points.map(({ atNs }) => atNs + secondsPerPoint * NS_PER_S);
  const instants = steps.map(({ atNs }) => atNs);
  const fromS = Math.min(0, points[0]?.atNs ?? 0, ...instants) / NS_PER_S;
  const x = scaleLinear([fromS, Math.max(...ends, ...instants) / NS_PER_S], [LEFT, RIGHT]);
  const most = points.flatMap(({ offered, achieved, received }) => [offered, achieved, received]);
  const rate = scaleLinear([0, Math.max(...most, 1) * 1.05], [RATES.bottom, RATES.top]);
  const worst = Math.max(bounds.generatorNs, ...points.map(({ lagP99Ns }) => lagP99Ns));
  const lag = scaleLinear([0, (worst / NS_PER_MS) * 1.2], [LAG.bottom, LAG.top]);
  return {
    x: (ns) => px(x(ns / NS_PER_S)),
    rate: (perSecond) => px(rate(perSecond)),
    lag: (ns) => px(lag(ns / NS_PER_MS)),
    timeTicksS: x.ticks(10),
    rateTicks: rate.ticks(5),
    lagTicksMs: lag.ticks(4),
  };
}

function loadChart(one: LoadCase, id: string, material: Material): Markup {
  const { record, health, secondsPerPoint } = one;
  const axes = axesOf(one);
  const meters = countText(record.planned.fleet?.meters ?? 0);
  const every = secondsPerPoint === 1 ? 'second by second' : `mean of ${secondsPerPoint} s`;
  return figure({
    id,
    title: `${record.planned.scenario}, ${record.planned.name}: load of ${meters} meters, ${every}`,
    description:
      `Above messages per second: offered ${countText(health.offered)}, achieved ${countText(health.achieved)} and ` +
      `received ${countText(health.received)} in all; below how late the generator was, with its bound.`,
    width: WIDTH,
    height: HEIGHT,
    drawing: [
      grid(axes),
      stepMarks(one, axes),
      rates(one, axes),
      lagLine(one, axes),
      columns(one, axes),
    ],
    legend: LEGEND,
    numbers: [words(one, material), table(one)],
  });
}

function grid({ x, rate, lag, timeTicksS, rateTicks, lagTicksMs }: Axes): Content {
  const line = (at: number, isZero: boolean, text: string): Markup =>
    html`<path class="${isZero ? 'axis' : 'grid'}" d="M${LEFT} ${at}H${RIGHT}" /><text
        class="tick end"
        x="${LEFT - 8}"
        y="${at + 4}"
        >${text}</text
      >`;
  return [
    rateTicks.map((tick) => line(rate(tick), tick === 0, countText(tick))),
    lagTicksMs.map((tick) => line(lag(tick * NS_PER_MS), tick === 0, `${countText(tick)} ms`)),
    timeTicksS.map(
      (tick) =>
        html`<path class="axis" d="M${x(tick * NS_PER_S)} ${LAG.bottom}v6" /><text
            class="tick middle"
            x="${x(tick * NS_PER_S)}"
            y="${LAG.bottom + 20}"
            >${String(tick).replace('-', '−')} s</text
          >`,
    ),
    marginText(['messages', 'a second'], RATES.top),
    marginText(['generator', 'lag, p99'], LAG.top),
    html`<text class="tick end" x="${RIGHT}" y="${HEIGHT - 6}">time since the case began</text>`,
  ];
}

/** What an axis shows, above it in the margin, where no line crosses it. */
function marginText([first, second]: readonly [string, string], top: number): Content {
  return [
    html`<text class="tick" x="2" y="${top - 28}">${first}</text>`,
    html`<text class="tick" x="2" y="${top - 14}">${second}</text>`,
  ];
}

/** Names of steps stand on so many lines, so that those which follow closely can be read. */
const NAME_LINES = 3;
/** Width of a letter, about, in the size of the chart's text. */
const LETTER = 6.6;

function stepMarks({ steps }: LoadCase, { x }: Axes): Content {
  const ends: number[] = Array.from({ length: NAME_LINES }, () => Number.NEGATIVE_INFINITY);
  return steps.map(({ name, atNs }) => {
    const at = x(atNs);
    const width = name.length * LETTER;
    const isAtEnd = at + width > RIGHT;
    const from = isAtEnd ? at - width : at;
    const free = ends.findIndex((end) => end < from);
    const place = free === -1 ? NAME_LINES - 1 : free;
    ends[place] = from + width + LETTER;
    const y = 12 + place * 14;
    return html`<g
      ><title>${name} at ${roundedDuration(atNs)}</title
      ><path class="cause" d="M${at} ${y - 8}V${LAG.bottom}" /><text
        class="${isAtEnd ? 'cause-name end' : 'cause-name'}"
        x="${isAtEnd ? at - 4 : at + 4}"
        y="${y}"
        >${name}</text
      ></g
    >`;
  });
}

function rates({ points }: LoadCase, { x, rate }: Axes): Content {
  const path = (of: (one: LoadSecond) => number): string =>
    points
      .map((one, index) => `${index === 0 ? 'M' : 'L'}${x(one.atNs)} ${rate(of(one))}`)
      .join('');
  return [
    html`<path class="offered" d="${path(({ offered }) => offered)}" />`,
    html`<path class="achieved" d="${path(({ achieved }) => achieved)}" />`,
    html`<path class="received" d="${path(({ received }) => received)}" />`,
  ];
}

function lagLine({ points, bounds }: LoadCase, { x, lag }: Axes): Content {
  const at = lag(bounds.generatorNs);
  const path = points.map(
    (one, index) => `${index === 0 ? 'M' : 'L'}${x(one.atNs)} ${lag(one.lagP99Ns)}`,
  );
  return [
    html`<path class="limit" d="M${LEFT} ${at}H${RIGHT}" /><text
        class="limit-text"
        x="${LEFT + 6}"
        y="${at - 5}"
        >bound ${formatDurationNs(bounds.generatorNs)}, at p99 of the whole case</text
      >`,
    html`<path class="lag" d="${path.join('')}" />`,
  ];
}

/** Unseen columns that tell the numbers of their second to whoever points at them. */
function columns({ points, secondsPerPoint }: LoadCase, { x }: Axes): Content {
  return points.map(
    (one) =>
      html`<g
        ><title>${secondText(one)}</title
        ><rect
          class="column"
          x="${x(one.atNs)}"
          y="${RATES.top}"
          width="${px(x(one.atNs + secondsPerPoint * NS_PER_S) - x(one.atNs))}"
          height="${LAG.bottom - RATES.top}"
      /></g>`,
  );
}

function secondText({ atNs, offered, achieved, received, lagP99Ns }: LoadSecond): string {
  return `${atText(atNs)}: offered ${rateText(offered)}, achieved ${rateText(achieved)}, received ${rateText(received)}, lag p99 ${roundedDuration(lagP99Ns)}`;
}

function atText(ns: number): string {
  return `${(ns / NS_PER_S).toFixed(1).replace('-', '−')} s`;
}

function rateText(perSecond: number): string {
  return countText(Math.round(perSecond));
}

const LEGEND: Content = [
  legendItem(html`<path class="offered" d="M1 7H21" />`, 'offered: due (wide)'),
  legendItem(html`<path class="achieved" d="M1 7H21" />`, 'achieved: sent (thin)'),
  legendItem(html`<path class="received" d="M1 7H21" />`, 'received: came to the meters (dotted)'),
  legendItem(html`<path class="lag" d="M1 12L8 4L14 9L21 2" />`, 'lag'),
  legendItem(html`<path class="limit" d="M1 7H21" />`, 'bound of the lag'),
  legendItem(html`<path class="cause" d="M11 0V14" />`, 'step'),
];

/** The same in words: offered and achieved together, and whether anything may be judged by it. */
function words({ health, bounds, invalid, seq }: LoadCase, material: Material): Markup {
  const { offered, achieved, received, generatorLagP99Ns, observerLagP99Ns } = health;
  const told =
    `offered ${countText(offered)}, achieved ${countText(achieved)}, received ${countText(received)}; ` +
    `lag p99 ${roundedDuration(generatorLagP99Ns)} (bound ${formatDurationNs(bounds.generatorNs)}); ` +
    `observer lag p99 ${roundedDuration(observerLagP99Ns)} (bound ${formatDurationNs(bounds.observerNs)})`;
  const wrong = invalid === null ? null : html` ${badge('invalid', 'INVALID')} ${invalid.reason}.`;
  return html`<p class="words">${told}; line ${lineLink(seq, material)}.${wrong}</p>`;
}

function table({ points }: LoadCase): Markup {
  const rows = points.map(
    (one) =>
      html`<tr>
        <th scope="row" class="number">${atText(one.atNs)}</th>
        ${[one.offered, one.achieved, one.received].map((rate) => html`<td class="number">${rateText(rate)}</td>`)}
        <td class="number">${roundedDuration(one.lagP99Ns)}</td>
      </tr>`,
  );
  const names = ['Since the case began', 'Offered', 'Achieved', 'Received', 'Lag p99'];
  return html`<details>
    <summary>Numbers of this chart</summary>
    ${scrolling('Load by time', plainTable('Load by time', names, rows))}
  </details>`;
}
