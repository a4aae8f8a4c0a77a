import { scaleLinear } from 'd3-scale';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { countText } from '../../../harness/verdict/fleet-text.ts';
import { roundedDuration } from '../../../harness/verdict/rounded-text.ts';
import { lineLink, scrolling } from '../links.ts';
import { html } from '../markup.ts';
import type { Content, Markup } from '../markup.ts';
import type { Material } from '../material.ts';
import { plainTable } from '../table.ts';
import { drawnFirst, figure, legendItem, px, secondsGrid } from './figure.ts';
import { provisioningCases } from './provisioning-phase.ts';
import type { Phase, ProvisioningCase } from './provisioning-phase.ts';
import type { Spread } from './spread.ts';

const WIDTH = 1000;
const LEFT = 300;
const RIGHT = 880;
const TOP = 12;
const ROW = 30;

/** For each phase from the first message to the end of the provisioning: when meters reached it. */
export function provisioningCharts(material: Material): readonly Markup[] {
  return drawnFirst(provisioningCases(material), (one, index) =>
    provisioningChart(one, `provisioning-${index + 1}`, material),
  );
}

type Position = (ns: number) => number;

function provisioningChart(one: ProvisioningCase, id: string, material: Material): Markup {
  const { record, meters, phases } = one;
  const bottom = TOP + phases.length * ROW;
  const instants = phases.flatMap(({ spread }) => [spread.minimumNs, spread.maximumNs]);
  const domain = [Math.min(0, ...instants), Math.max(...instants) * 1.03];
  const scale = scaleLinear(
    domain.map((ns) => ns / NS_PER_S),
    [LEFT, RIGHT],
  );
  const x: Position = (ns) => px(scale(ns / NS_PER_S));
  return figure({
    id,
    title: `${record.planned.scenario}, ${record.planned.name}: the way of ${countText(meters)} meters`,
    description: `${phases.length} phases in order of time since the case began, each with the spread over the meters that reached it.`,
    width: WIDTH,
    height: bottom + 30,
    drawing: [
      secondsGrid(scale, { top: TOP, bottom, labelY: bottom + 19 }),
      phases.map((phase, index) => lane(phase, meters, TOP + index * ROW, x)),
    ],
    legend: LEGEND,
    numbers: table(phases, meters, material),
  });
}

function lane({ name, by, spread }: Phase, meters: number, top: number, x: Position): Markup {
  const { minimumNs, p50Ns, p95Ns, maximumNs, samples } = spread;
  const share = `${countText(samples)} of ${countText(meters)}`;
  const middle = top + ROW / 2;
  const numbers = [
    ['min', minimumNs],
    ['p50', p50Ns],
    ['p95', p95Ns],
    ['max', maximumNs],
  ] as const;
  const told = numbers.map(([what, ns]) => `${what} ${roundedDuration(ns)}`).join(', ');
  return html`<g
    ><title>${name} (${by}): ${share} meters, ${told}</title>
    <text class="lane end" x="${LEFT - 14}" y="${middle + 4}"
      ><tspan class="lane-group">${name}</tspan> ${by}</text
    >
    <rect
      class="reach"
      x="${x(minimumNs)}"
      y="${middle - 8}"
      width="${px(Math.max(x(maximumNs) - x(minimumNs), 1))}"
      height="16"
    />
    <path class="most" d="M${x(p50Ns)} ${middle}H${x(p95Ns)}" />
    <path class="median" d="M${x(p50Ns)} ${middle - 11}v22" />
    <path class="whisker" d="M${x(p95Ns)} ${middle - 8}v16" />
    <text class="lane" x="${RIGHT + 14}" y="${middle + 4}">${share}</text></g
  >`;
}

const LEGEND: Content = [
  legendItem(
    html`<rect class="reach" x="1" y="1" width="20" height="12" />`,
    'first to last meter',
  ),
  legendItem(html`<path class="median" d="M11 0v14" />`, 'p50'),
  legendItem(
    html`<path class="most" d="M1 7H20" /><path class="whisker" d="M20 1v12" />`,
    'p50 to p95',
  ),
];

function table(phases: readonly Phase[], meters: number, material: Material): Markup {
  const rows = phases.map(
    ({ name, by, spread, snapshot, seq }) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${by}</td>
        <td class="number">${countText(spread.samples)} of ${countText(meters)}</td>
        ${timesOf(spread).map((ns) => html`<td class="number">${roundedDuration(ns)}</td>`)}
        <td>${snapshot}</td>
        <td>${lineLink(seq, material)}</td>
      </tr>`,
  );
  const times = ['Min', 'p50', 'p95', 'Max'];
  const columns = ['Phase', 'Told by', 'Meters', ...times, 'Snapshot', 'Line'];
  return html`<details>
    <summary>Numbers of this chart</summary>
    ${scrolling('Phases', plainTable('Phases', columns, rows))}
  </details>`;
}

function timesOf({ minimumNs, p50Ns, p95Ns, maximumNs }: Spread): readonly number[] {
  return [minimumNs, p50Ns, p95Ns, maximumNs];
}
