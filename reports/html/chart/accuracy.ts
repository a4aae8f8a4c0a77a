import { scaleLinear, scaleLog } from 'd3-scale';
import { formatQuantity } from '../../../devices/domain/quantity.ts';
import { deviationOf } from '../../../devices/domain/spread.ts';
import { plainTable } from '../table.ts';
import { html } from '../markup.ts';
import type { Content, Markup } from '../markup.ts';
import { grouped } from '../material.ts';
import type { Material } from '../material.ts';
import { lineLink, scrolling } from '../links.ts';
import { badge } from '../word.ts';
import { figure, legendItem, px, signed } from './figure.ts';
import { loadPoints } from './load-point.ts';
import type { LoadPoint } from './load-point.ts';

const WIDTH = 1000;
const HEIGHT = 380;
const LEFT = 70;
const RIGHT = 980;
const TOP = 16;
const BOTTOM = 326;
const PPM_PER_PERCENT = 10_000;

/** Error against load, one chart for each voltage and power factor at which it was measured. */
export function accuracyCharts(material: Material): readonly Markup[] {
  const series = grouped(loadPoints(material), ({ condition }) => condition);
  return series.map(([condition, points], index) => {
    const sorted = points.toSorted((a, b) => a.currentMilliAmps - b.currentMilliAmps);
    return accuracyChart(condition, sorted, `accuracy-${index + 1}`, material);
  });
}

interface Axes {
  readonly x: (milliAmps: number) => number;
  readonly y: (ppm: number) => number;
  readonly yTicks: readonly number[];
  readonly tickDecimals: number;
}

function axesOf(points: readonly LoadPoint[]): Axes {
  const currents = points.map(({ currentMilliAmps }) => currentMilliAmps);
  const reach = points.flatMap(({ reading, limits, repeats }) => [
    ...[reading.value, ...repeats].map((value) => Math.abs(value) + reading.expandedUncertainty),
    Math.abs(limits?.minimum ?? 0),
    Math.abs(limits?.maximum ?? 0),
  ]);
  const most = Math.max(...reach, 1) * 1.15;
  const x = scaleLog([Math.min(...currents) / 1.5, Math.max(...currents) * 1.5], [LEFT, RIGHT]);
  const y = scaleLinear([-most, most], [BOTTOM, TOP]);
  const yTicks = y.ticks(8);
  const stepPpm = Math.abs((yTicks[1] ?? 0) - (yTicks[0] ?? 0));
  const tickDecimals = stepPpm >= PPM_PER_PERCENT / 10 ? 1 : 3;
  return { x: (value) => px(x(value)), y: (value) => px(y(value)), yTicks, tickDecimals };
}

function accuracyChart(
  condition: string,
  points: readonly LoadPoint[],
  id: string,
  material: Material,
): Markup {
  const axes = axesOf(points);
  const worst = points.toSorted((a, b) => Math.abs(b.reading.value) - Math.abs(a.reading.value))[0];
  return figure({
    id,
    title: `Error of registration against load, ${condition}`,
    description:
      `${points.length} load points with their class limits; the largest error is ` +
      `${worst === undefined ? 'none' : `${percent(worst.reading.value)} at ${ampsText(worst)}`}. ` +
      'The table below holds the same numbers.',
    width: WIDTH,
    height: HEIGHT,
    drawing: [bands(points, axes), grid(points, axes), curve(points, axes)],
    legend: legend(points),
    numbers: table(points, material),
  });
}

/** Class limits and guard bands as steps that change half-way between two load points. */
function bands(points: readonly LoadPoint[], { x, y }: Axes): Content {
  const edges = points.map(({ currentMilliAmps }, index) => {
    const next = points[index + 1];
    return next === undefined ? RIGHT : x(Math.sqrt(currentMilliAmps * next.currentMilliAmps));
  });
  return points.map(({ limits, reading, isGuarded }, index) => {
    if (limits === null) return null;
    const [from, to] = [edges[index - 1] ?? LEFT, edges[index] ?? RIGHT];
    const top = limits.maximum === null ? TOP : y(limits.maximum);
    const bottom = limits.minimum === null ? BOTTOM : y(limits.minimum);
    const guard = isGuarded ? px(Math.abs(y(reading.expandedUncertainty) - y(0))) : 0;
    const rectangle = (className: string, at: number, height: number): Markup =>
      html`<rect
        class="${className}"
        x="${from}"
        y="${px(at)}"
        width="${px(to - from)}"
        height="${px(Math.max(height, 0))}"
      />`;
    return [
      rectangle('band', top, bottom - top),
      limits.maximum === null || guard === 0 ? null : rectangle('guard', top, guard),
      limits.minimum === null || guard === 0 ? null : rectangle('guard', bottom - guard, guard),
      [limits.maximum, limits.minimum].map((limit) =>
        limit === null
          ? null
          : html`<path class="limit" d="M${from} ${y(limit)}H${to}" /><text
                class="limit-text"
                x="${from + 6}"
                y="${y(limit) + (limit > 0 ? -5 : 14)}"
                >${index === 0 ? `class limit ${percent(limit)}` : ''}</text
              >`,
      ),
    ];
  });
}

function grid(points: readonly LoadPoint[], { x, y, yTicks, tickDecimals }: Axes): Content {
  const currents = [...new Set(points.map(({ currentMilliAmps }) => currentMilliAmps))];
  return [
    yTicks.map(
      (tick) =>
        html`<path class="${tick === 0 ? 'axis' : 'grid'}" d="M${LEFT} ${y(tick)}H${RIGHT}" /><text
            class="tick end"
            x="${LEFT - 8}"
            y="${y(tick) + 4}"
            >${signed(tick / PPM_PER_PERCENT, tickDecimals)} %</text
          >`,
    ),
    currents.map(
      (milliAmps) =>
        html`<path class="axis" d="M${x(milliAmps)} ${BOTTOM}v6" /><text
            class="tick middle"
            x="${x(milliAmps)}"
            y="${BOTTOM + 21}"
            >${formatQuantity({ value: milliAmps, unit: 'mA' })}</text
          >`,
    ),
    html`<path class="axis" d="M${LEFT} ${BOTTOM}H${RIGHT}" />`,
    html`<text class="tick end" x="${RIGHT}" y="${HEIGHT - 6}">current, logarithmic</text>`,
  ];
}

/** Distance of the dots of two repeats, so that equal ones do not hide each other. */
const REPEAT_GAP = 11;

function curve(points: readonly LoadPoint[], { x, y }: Axes): Content {
  const line = points.map(
    ({ currentMilliAmps, reading }, index) =>
      `${index === 0 ? 'M' : 'L'}${x(currentMilliAmps)} ${y(reading.value)}`,
  );
  return [
    html`<path class="curve" d="${line.join('')}" />`,
    points.map(({ currentMilliAmps, reading, repeats }) => {
      const [at, mean] = [x(currentMilliAmps), y(reading.value)];
      const high = y(reading.value + reading.expandedUncertainty);
      const low = y(reading.value - reading.expandedUncertainty);
      const first = at - ((repeats.length - 1) / 2) * REPEAT_GAP;
      const dots = repeats.map(
        (value, index) =>
          html`<circle
            class="repeat"
            cx="${px(first + index * REPEAT_GAP)}"
            cy="${y(value)}"
            r="3"
          />`,
      );
      const told = `${formatQuantity({ value: currentMilliAmps, unit: 'mA' })}: ${percent(reading.value)}, U ${percent(reading.expandedUncertainty, false)}`;
      return html`<g
        ><title>${told}</title>${dots}<path class="mean" d="M${at - 10} ${mean}h20" /><path
          class="whisker"
          d="M${at - 7} ${high}h14M${at} ${high}V${low}M${at - 7} ${low}h14"
        /><text class="value" x="${at + 16}" y="${mean - 8}">${percent(reading.value)}</text></g
      >`;
    }),
  ];
}

function legend(points: readonly LoadPoint[]): Content {
  const guarded = points.some(({ isGuarded }) => isGuarded);
  return [
    legendItem(html`<path class="mean" d="M3 7h16" />`, 'mean'),
    legendItem(html`<circle class="repeat" cx="11" cy="7" r="3" />`, 'one repeat'),
    legendItem(
      html`<path class="whisker" d="M6 2h10M11 2v10M6 12h10" />`,
      'U (expanded uncertainty)',
    ),
    legendItem(html`<rect class="band" width="22" height="14" />`, 'within the class'),
    guarded
      ? legendItem(html`<rect class="guard" width="22" height="14" />`, 'guard band, w = U')
      : null,
  ];
}

function table(points: readonly LoadPoint[], material: Material): Markup {
  const rows = points.map((point) => {
    const { reading, limits, repeats, row, seq } = point;
    const [low, high] = [limits?.minimum ?? null, limits?.maximum ?? null];
    const bounds = low === null || high === null ? 'none' : `${percent(low)} … ${percent(high)}`;
    const verdict =
      row === null ? 'not judged' : html`<a href="#${row.id}">${badge(row.verdict.verdict)}</a>`;
    return html`<tr>
      <th scope="row">${ampsText(point)}</th>
      <td class="number">${rawOf(point, 'pulses')}</td>
      <td class="number">${energyOf(point, 'meterMilliWattHours')}</td>
      <td class="number">${energyOf(point, 'referenceMilliWattHours')}</td>
      <td class="number">${repeats.map((value) => percent(value)).join(', ') || 'none'}</td>
      <td class="number"><strong>${percent(reading.value)}</strong></td>
      <td class="number">${deviationText(repeats)}</td>
      <td class="number">${percent(reading.expandedUncertainty, false)}</td>
      <td class="number">${bounds}</td>
      <td>${verdict}</td>
      <td>${lineLink(seq, material)}</td>
    </tr>`;
  });
  const content = plainTable(
    'Load points',
    [
      'Load',
      'Pulses',
      'Meter',
      'Reference',
      'Repeats',
      'Mean',
      's (n−1)',
      'U',
      'Limits',
      'Verdict',
      'Line',
    ],
    rows,
  );
  return scrolling('Load points', content);
}

function deviationText(repeats: readonly number[]): string {
  const deviation = deviationOf(repeats);
  return deviation === null ? 'n/a' : percent(deviation, false);
}

function rawOf({ reading }: LoadPoint, name: string): string {
  return String(reading.raw[name] ?? 'n/a');
}

function energyOf({ reading }: LoadPoint, name: string): string {
  const value = reading.raw[name];
  return value === undefined ? 'n/a' : formatQuantity({ value, unit: 'mWh' });
}

function ampsText({ currentMilliAmps }: LoadPoint): string {
  return formatQuantity({ value: currentMilliAmps, unit: 'mA' });
}

function percent(ppm: number, plus: boolean = true): string {
  return `${signed(ppm / PPM_PER_PERCENT, 3, plus)} %`;
}
