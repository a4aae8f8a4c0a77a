import { scaleLinear, scaleLog } from 'd3-scale';
import { formatDurationNs } from '../../../devices/domain/quantity.ts';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import type { Latency } from '../../../harness/journal/tally-result.ts';
import { limitValue } from '../../../harness/verdict/finding.ts';
import { countText } from '../../../harness/verdict/fleet-text.ts';
import { roundedDuration } from '../../../harness/verdict/rounded-text.ts';
import { limitText } from '../../number-text.ts';
import { lineLinks, scrolling } from '../links.ts';
import { html } from '../markup.ts';
import type { Content, Markup } from '../markup.ts';
import type { Material } from '../material.ts';
import { plainTable } from '../table.ts';
import { badge } from '../word.ts';
import { alarmDelays } from './alarm-delay.ts';
import type { AlarmDelay, Delays } from './alarm-delay.ts';
import { drawnFirst, figure, legendItem, px } from './figure.ts';

const WIDTH = 1000;
const HEIGHT = 320;
const TOP = 34;
const BOTTOM = 264;
/** Two views of one curve: against its limit, and close up. */
const WHOLE = [60, 540] as const;
const CLOSE = [620, 980] as const;
/** A tail so many times longer than the median is drawn on a logarithmic axis. */
const LONG_TAIL = 20;

/** Share of the meters of a group whose alarm had come, over the time since the step that caused it. */
export function alarmCharts(material: Material): readonly Markup[] {
  return drawnFirst(alarmDelays(material), (one, index) =>
    alarmChart(one, `alarm-${index + 1}`, material),
  );
}

function alarmChart(one: AlarmDelay, id: string, material: Material): Markup {
  const { record, expectation, delays } = one;
  const { latency, meters } = delays;
  const told =
    latency === null
      ? 'No alarm came.'
      : `Half of ${countText(meters)} meters are reached after ${roundedDuration(latency.p50Ns)}, the last that came after ${roundedDuration(latency.maximumNs)}.`;
  return figure({
    id,
    title: `${record.planned.scenario}, ${record.planned.name}: ${expectation.alarm} northbound, since ${sinceText(one)}`,
    description: `Cumulative share of the meters over time, to the left against the limit, to the right close up. ${told}`,
    width: WIDTH,
    height: HEIGHT,
    drawing:
      latency === null
        ? html`<text class="value" x="${WHOLE[0]}" y="${TOP}">no alarm came</text>`
        : [whole(one, latency), closeUp(delays, latency)],
    legend: latency === null ? null : LEGEND,
    numbers: table(one, material),
  });
}

function sinceText({ expectation: { since } }: AlarmDelay): string {
  return `the ${since.edge} of ${since.step ?? 'the case'}`;
}

interface Axis {
  readonly x: (ns: number) => number;
  readonly ticksS: readonly number[];
  readonly isLogarithmic: boolean;
}

/** An axis of seconds; logarithmic when what it must hold reaches far beyond the median. */
function axisOf(
  [fromNs, toNs]: readonly [number, number],
  medianNs: number,
  range: readonly [number, number],
): Axis {
  const isLogarithmic = medianNs > 0 && toNs > LONG_TAIL * medianNs;
  const least = isLogarithmic ? Math.max(fromNs, medianNs / 100) : fromNs;
  const domain = [least / NS_PER_S, toNs / NS_PER_S];
  const scale = (isLogarithmic ? scaleLog() : scaleLinear()).domain(domain).range(range);
  const format = scale.tickFormat(5);
  return {
    x: (ns) => px(scale(Math.min(Math.max(ns, least), toNs) / NS_PER_S)),
    ticksS: scale.ticks(5).filter((tick) => format(tick) !== ''),
    isLogarithmic,
  };
}

const y = scaleLinear([0, 1], [BOTTOM, TOP]);

function whole({ expectation, delays }: AlarmDelay, latency: Latency): Content {
  const { notBeforeNs, withinNs } = expectation;
  const toNs = Math.max(withinNs, latency.maximumNs) * 1.04;
  const axis = axisOf([0, toNs], latency.p50Ns, WHOLE);
  return [
    frame(axis, WHOLE, 'against the limit'),
    notBeforeNs === 0
      ? null
      : html`<g
          ><title>not before ${formatDurationNs(notBeforeNs)}</title
          ><path class="earliest" d="M${axis.x(notBeforeNs)} ${TOP}V${BOTTOM}"
        /></g>`,
    html`<g
      ><title>${limitText(limitOf(expectation))}</title
      ><path class="limit" d="M${axis.x(withinNs)} ${TOP}V${BOTTOM}" /><text
        class="limit-text end"
        x="${axis.x(withinNs) - 6}"
        y="${BOTTOM - 10}"
        >limit ${formatDurationNs(withinNs)}</text
      ></g
    >`,
    curve(delays, latency, axis),
  ];
}

function closeUp(delays: Delays, latency: Latency): Content {
  const { minimumNs, p50Ns, p95Ns, p99Ns, maximumNs } = latency;
  const roomNs = Math.max((maximumNs - minimumNs) * 0.06, NS_PER_S / 1000);
  const domain = [Math.max(0, minimumNs - roomNs), maximumNs + roomNs] as const;
  const axis = axisOf(domain, p50Ns, CLOSE);
  const share = latency.samples / Math.max(delays.meters, latency.samples);
  const marks = [
    ['p50', p50Ns, 0.5],
    ['p95', p95Ns, 0.95],
    ['p99', p99Ns, 0.99],
    ['max', maximumNs, 1],
  ] as const;
  return [
    frame(axis, CLOSE, 'close up'),
    curve(delays, latency, axis),
    marks.map(
      ([name, ns, part]) =>
        html`<g
          ><title>${name}: ${roundedDuration(ns)}</title
          ><circle class="percentile" cx="${axis.x(ns)}" cy="${px(y(part * share))}" r="4"
        /></g>`,
    ),
    html`<text class="value end" x="${axis.x(p50Ns) - 9}" y="${px(y(0.5 * share)) + 4}">p50</text>`,
    html`<text class="value end" x="${axis.x(p95Ns) - 9}" y="${px(y(0.95 * share)) + 4}"
      >p95</text
    >`,
  ];
}

const SHARES = [0, 0.25, 0.5, 0.75, 1];

function frame({ x, ticksS, isLogarithmic }: Axis, range: readonly [number, number], name: string) {
  const [left, right] = range;
  const scale = isLogarithmic ? ', logarithmic' : '';
  return [
    html`<text class="tick" x="${left}" y="${TOP - 16}">${name}</text>`,
    SHARES.map(
      (share) =>
        html`<path
            class="${share === 0 ? 'axis' : 'grid'}"
            d="M${left} ${px(y(share))}H${right}"
          /><text class="tick end" x="${left - 8}" y="${px(y(share)) + 4}">${share * 100} %</text>`,
    ),
    ticksS.map(
      (tick) =>
        html`<path class="axis" d="M${x(tick * NS_PER_S)} ${BOTTOM}v6" /><text
            class="tick middle"
            x="${x(tick * NS_PER_S)}"
            y="${BOTTOM + 20}"
            >${secondsText(tick)}</text
          >`,
    ),
    html`<text class="tick end" x="${right}" y="${BOTTOM + 42}">time since the step${scale}</text>`,
  ];
}

/** Steps: the share rises where alarms came and rests where none did. */
function curve({ meters }: Delays, latency: Latency, { x }: Axis): Markup {
  const all = Math.max(meters, latency.samples);
  let came = 0;
  const steps = latency.histogram.map(([ns, count]) => {
    came += count;
    return `H${x(ns)}V${px(y(came / all))}`;
  });
  const start = `M${x(latency.minimumNs)} ${BOTTOM}`;
  return html`<g
    ><title>${countText(came)} alarms of ${countText(meters)} meters</title
    ><path class="share" d="${start}${steps.join('')}"
  /></g>`;
}

/** As few decimals as tell two ticks apart. */
function secondsText(tick: number): string {
  return `${Number(tick.toPrecision(6))} s`;
}

const LEGEND: Content = [
  legendItem(html`<path class="share" d="M1 13H8V7H14V1H21" />`, 'meters whose alarm had come'),
  legendItem(html`<path class="limit" d="M11 0V14" />`, 'limit'),
  legendItem(html`<path class="earliest" d="M11 0V14" />`, 'not before'),
  legendItem(html`<circle class="percentile" cx="11" cy="7" r="4" />`, 'p50, p95, p99 and max'),
];

function limitOf({ notBeforeNs, withinNs, origin }: AlarmDelay['expectation']) {
  const minimum = notBeforeNs === 0 ? null : notBeforeNs;
  return limitValue({ minimum, maximum: withinNs, unit: 'ns', origin });
}

function table(one: AlarmDelay, material: Material): Markup {
  const { expectation, delays, lines, word } = one;
  const { meters, latency, faults } = delays;
  const time = (name: 'p50Ns' | 'p95Ns' | 'p99Ns' | 'maximumNs'): string =>
    latency === null ? 'n/a' : roundedDuration(latency[name]);
  const numbers = [
    countText(meters),
    time('p50Ns'),
    time('p95Ns'),
    time('p99Ns'),
    time('maximumNs'),
    ...[faults.missing, faults['too many'], faults.late].map((count) => countText(count ?? 0)),
  ];
  const cells = html`<tr>
    ${numbers.map((text) => html`<td class="number">${text}</td>`)}
    <td>${otherFaults(faults)}</td>
    <td>${limitText(limitOf(expectation))}</td>
    <td>${word === null ? 'not asked' : badge(word)}</td>
    <td>${lineLinks(lines, material)}</td>
  </tr>`;
  const times = ['p50', 'p95', 'p99', 'Max'];
  const counts = ['Lost', 'Duplicate', 'Late', 'Other faults'];
  const columns = ['Meters', ...times, ...counts, 'Limit', 'Verdict', 'Lines'];
  return scrolling('Alarm delays', plainTable('Alarm delays', columns, cells));
}

const OWN_COLUMN: ReadonlySet<string> = new Set(['missing', 'too many', 'late']);

function otherFaults(faults: Delays['faults']): string {
  const others = Object.entries(faults).filter(
    ([fault, count]) => !OWN_COLUMN.has(fault) && count > 0,
  );
  return others.map(([fault, count]) => `${fault} ${countText(count)}`).join(', ') || 'none';
}
