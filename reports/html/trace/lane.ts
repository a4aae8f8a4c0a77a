import { scaleLinear } from 'd3-scale';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import type { Entry } from '../../../harness/journal/entry.ts';
import { px, secondsGrid } from '../chart/figure.ts';
import { bytesOf, instrumentOf } from '../entry-text.ts';
import { html } from '../markup.ts';
import type { Content, Markup } from '../markup.ts';
import { grouped } from '../material.ts';

const WIDTH = 1000;
const LEFT = 150;
const RIGHT = 985;
const TOP = 10;
const LANE = 20;

/** The port at which an entry was seen; what no instrument saw is the runner's own. */
export function laneOf(entry: Entry): string {
  return instrumentOf(entry) ?? 'runner';
}

/** When something was seen at which port, one lane each, over the steps of the case. */
export function lanes(entries: readonly Entry[], id: string, name: string): Markup {
  const times = entries.map(({ atNs }) => atNs);
  const fromNs = times.reduce((a, b) => Math.min(a, b), times[0] ?? 0);
  const toNs = Math.max(
    times.reduce((a, b) => Math.max(a, b), fromNs),
    fromNs + 1,
  );
  const seconds = scaleLinear([fromNs / NS_PER_S, toNs / NS_PER_S], [LEFT, RIGHT]);
  const x = (ns: number): number => px(seconds(ns / NS_PER_S));
  const all = grouped(
    entries.filter(({ kind }) => kind === 'observation'),
    (entry) => laneOf(entry),
  );
  const bottom = TOP + (all.length + 1) * LANE;
  return html`<svg
    class="lanes"
    role="img"
    viewBox="0 0 ${WIDTH} ${bottom + 24}"
    aria-labelledby="${id}-lanes"
  >
    <title id="${id}-lanes">${laneTitle(name, all)}</title>
    ${secondsGrid(seconds, { top: TOP, bottom, labelY: bottom + 16 })} ${laneName('steps', 0)}
    ${steps(entries, x)}
    ${all.map(([lane, own], index) => [laneName(lane, index + 1), marks(own, index + 1, x)])}
  </svg>`;
}

function laneTitle(
  name: string,
  all: readonly (readonly [lane: string, own: readonly Entry[]])[],
): string {
  const counts = all.map(([lane, own]) => `${own.length} at ${lane}`);
  return `${name}: what was seen over time, ${counts.join(', ') || 'nothing'}`;
}

function laneName(name: string, index: number): Markup {
  return html`<text class="lane end" x="${LEFT - 8}" y="${TOP + index * LANE + 14}">${name}</text>`;
}

/** A bar for each step, its failure told by its outline, too. */
function steps(entries: readonly Entry[], x: (ns: number) => number): Content {
  const opened = new Map<string, number>();
  return entries.map((entry) => {
    if (entry.kind === 'step-opened') opened.set(entry.step, entry.atNs);
    if (entry.kind !== 'step-closed') return null;
    const fromNs = opened.get(entry.step);
    if (fromNs === undefined) return null;
    const width = Math.max(px(x(entry.atNs) - x(fromNs)), 2);
    return html`<rect
      class="step ${entry.outcome}"
      x="${x(fromNs)}"
      y="${TOP + 4}"
      width="${width}"
      height="${LANE - 8}"
      ><title>${entry.step}: ${entry.outcome}</title></rect
    >`;
  });
}

/** One path for all that carry bytes and one for all others: one mark where several fall together. */
function marks(entries: readonly Entry[], index: number, x: (ns: number) => number): Content {
  const middle = TOP + index * LANE + LANE / 2;
  return [true, false].map((isBytes) => {
    const own = entries.filter((entry) => (bytesOf(entry) !== null) === isBytes);
    const places = new Set(own.map(({ atNs }) => x(atNs)));
    if (places.size === 0) return null;
    const half = isBytes ? 6 : 3;
    const path = [...places].map((at) => `M${at} ${middle - half}v${2 * half}`).join('');
    return html`<path class="${isBytes ? 'with-bytes' : 'without-bytes'}" d="${path}" />`;
  });
}
