import { seenOf } from '../../harness/verdict/case-record.ts';
import { decisive, isNonEmpty, relativeMargin } from '../../harness/verdict/finding.ts';
import { countText } from '../../harness/verdict/fleet-text.ts';
import type { Judgement } from '../../harness/verdict/verdict.ts';
import { html } from './markup.ts';
import type { Content, Markup } from './markup.ts';
import type { Material, Row } from './material.ts';
import { counted } from './overall.ts';
import type { Tone } from './word.ts';
import { marginText, measuredText } from '../number-text.ts';

/** A number of the run with what it is about. */
export interface Tile {
  readonly name: string;
  readonly value: Content;
  readonly detail: Content;
  readonly tone: Tone;
}

/** The run in a few numbers. */
export function tiles(material: Material): Markup {
  const all = [
    verdictsTile(material),
    requirementsTile(material),
    marginTile(material),
    ...fleetTile(material),
    safeTile(material),
    interruptedTile(material),
  ];
  return html`<section aria-labelledby="summary">
    <h2 id="summary" class="visually-hidden">Summary</h2>
    <dl class="tiles">${all.map((tile) => tileMarkup(tile))}</dl>
    ${remarks(material)}
  </section>`;
}

/** A tile as a part of a list of descriptions. */
export function tileMarkup({ name, value, detail, tone }: Tile): Markup {
  return html`<div class="tile ${tone}">
    <dt>${name}</dt>
    <dd><strong>${value}</strong> <span>${detail}</span></dd>
  </div>`;
}

function remarks({ report }: Material): Content {
  if (report.remarks.length === 0) return null;
  const items = report.remarks.map((remark) => html`<li>${remark}</li>`);
  return html`<div class="remarks" role="note">
    <h3>Remarks</h3>
    <ul>
      ${items}
    </ul>
  </div>`;
}

function verdictsTile({ report: { counts }, rows }: Material): Tile {
  const asked = rows.length - counts.inapplicable;
  const passed = counts.pass + counts['conditional pass'];
  const inside = counts['conditional pass'];
  const detail = [
    inside > 0 ? `${inside} of them conditional` : null,
    counts.inapplicable > 0 ? `${counts.inapplicable} more were not asked here` : null,
  ].filter((part) => part !== null);
  return {
    name: 'Verdicts passed',
    value: `${passed} / ${asked}`,
    detail: detail.join('; ') || 'requirement by case',
    tone: passed === asked && asked > 0 ? 'good' : 'bad',
  };
}

function requirementsTile({ report: { requirements }, statements }: Material): Tile {
  const { decided, covered } = requirements;
  const known = statements.size > 0 ? `, of ${statements.size} in the catalogue` : '';
  return {
    name: 'Requirements decided',
    value: `${decided} / ${covered}`,
    detail: `that these scenarios are about${known}`,
    tone: decided === covered && covered > 0 ? 'good' : 'warn',
  };
}

function marginTile({ rows }: Material): Tile {
  const numbers = rows.filter(({ verdict }) => verdict.margin !== null);
  const sourced = nearest(numbers.filter(({ verdict }) => verdict.limit?.default === false));
  const ours = nearest(numbers.filter(({ verdict }) => verdict.limit?.default === true));
  const [first, second] = sourced === null ? [ours, null] : [sourced, ours];
  if (first === null) {
    return { name: 'Worst margin', value: 'none', detail: 'no number has a limit', tone: 'none' };
  }
  const { measured, verdict } = first.verdict;
  const byDefault =
    second === null ? '' : html`. By a default limit: ${usedText(second)}, ${rowLink(second)}`;
  const seen = measured === null ? '' : `${measured.name} ${measuredText(measured)}, `;
  return {
    name: 'Worst margin',
    value: usedText(first),
    detail: html`of its limit used: ${rowLink(first)}, ${seen}margin
    ${marginText(first.verdict)}${byDefault}`,
    tone: verdict === 'pass' ? 'good' : 'bad',
  };
}

function nearest(rows: readonly Row[]): Row | null {
  const findings = rows.map((row) => ({ ...row.verdict, row }));
  return isNonEmpty(findings) ? decisive(findings).row : null;
}

function rowLink({ id, verdict }: Row): Markup {
  return html`<a href="#${id}">${verdict.requirement}</a>`;
}

/** How much of what a limit allows was used: 100 % is on the limit, more is outside. */
function usedText({ verdict }: Row): string {
  const used = (1 - relativeMargin(verdict)) * 100;
  if (!Number.isFinite(used) || Math.abs(used) > 1e6) return 'all';
  // Close to the limit the last digits are what matters: neither side may read as the limit itself.
  const text = used.toFixed(Math.abs(used - 100) < 1 ? 2 : 0);
  if (Number(text) === 100 && used !== 100) return used > 100 ? '> 100 %' : '< 100 %';
  return `${text} %`;
}

/** How many meters were simulated, and what they were to send with what they sent; none on a rig. */
function fleetTile({ records, report: { counts } }: Material): readonly Tile[] {
  const fleets = records.flatMap(({ planned: { fleet } }) => fleet ?? []);
  if (fleets.length === 0) return [];
  const meters = fleets.reduce((sum, fleet) => sum + fleet.meters, 0);
  const loads = records.flatMap((record) =>
    seenOf(record, 'health').map(({ observation }) => observation.health),
  );
  const [offered, achieved] = (['offered', 'achieved'] as const).map((name) =>
    countText(loads.reduce((sum, load) => sum + load[name], 0)),
  );
  const messages = loads.length === 0 ? '' : `; messages offered ${offered}, achieved ${achieved}`;
  return [
    {
      name: 'Fleet',
      value: countText(meters),
      detail: `simulated meters in ${counted(fleets.length, 'case')}${messages}`,
      tone: counts.invalid > 0 ? 'stopped' : 'none',
    },
  ];
}

const SAFE: Readonly<Record<Judgement['rigSafe'], readonly [tone: Tone, text: string]>> = {
  verified: ['good', 'Yes'],
  'not energised': ['good', 'Yes'],
  unverified: ['bad', 'Unverified'],
  UNSAFE: ['bad', 'NO'],
  unknown: ['bad', 'Unknown'],
};

function safeTile({ report, entries }: Material): Tile {
  const { rigSafe } = report.judgement;
  const [tone, value] = SAFE[rigSafe];
  const last = entries.findLast(({ kind }) => kind === 'undone');
  const proof = last?.kind === 'undone' ? `: ${last.detail}, ${timeOfDay(last.wall)}` : '';
  const detail = {
    verified: `verified${proof}`,
    'not energised': 'the bench was never energised',
    unverified: `commanded, and nothing shows whether it happened${proof}`,
    UNSAFE: `the safe state could not be verified${proof}`,
    unknown: 'treat the bench as live',
  }[rigSafe];
  return { name: 'Rig safe at the end', value, detail, tone };
}

/** HH:MM:SS of an ISO 8601 instant in UTC. */
function timeOfDay(wall: string): string {
  return `${wall.slice(11, 19)} UTC of the bench`;
}

function interruptedTile({ report: { interrupted } }: Material): Tile {
  const name = 'Interrupted';
  if (interrupted === null) return { name, value: 'No', detail: 'ran to its end', tone: 'good' };
  return { name, value: 'Yes', detail: interrupted, tone: 'stopped' };
}
