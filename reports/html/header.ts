import { formatQuantity } from '../../devices/domain/quantity.ts';
import { countText } from '../../harness/verdict/fleet-text.ts';
import type { Plan } from '../../harness/plan/plan.ts';
import { isFleetOnly, positionsOf } from '../../harness/verdict/positions.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { tookText } from '../number-text.ts';
import { durationText } from '../duration-text.ts';
import { html } from './markup.ts';
import { described } from './table.ts';
import type { Content, Markup } from './markup.ts';
import { grouped } from './material.ts';
import type { Material } from './material.ts';
import { counted, type Overall, overallOf } from './overall.ts';
import { icon, TONES } from './word.ts';

/** Digits of a hash that are enough to compare by eye; the whole one stands further down. */
const SHORT_HASH = 12;

/** What was tested, where, by what, and what it came to. */
export function header(material: Material): Markup {
  const { report } = material;
  return html`<header class="page-header">
    ${verdictBox(overallOf(report))}
    <div class="title">
      <p class="kind">Test report <span class="unsealed">unsealed</span></p>
      <h1>${report.plan?.title ?? 'A journal without a plan'}</h1>
    </div>
    ${defectBanner(material)}
    <dl class="facts">${described(factsOf(material))}</dl>
  </header>`;
}

/** The verdict of a run in word, icon and colour. */
export function verdictBox({ word, text, because }: Overall): Markup {
  return html`<div class="verdict ${TONES[word]}">
    ${icon(word)}
    <p><strong>${text}</strong> <span>${because}</span></p>
  </div>`;
}

function defectBanner({ report }: Material): Content {
  const defect = report.plan?.defect ?? null;
  if (defect === null) return null;
  return html`<p class="defect" role="note">
    ${icon('error')}
    <span
      >A defect was switched on on purpose: <strong>${defect}</strong>. This run shows whether the
      harness finds it; it says nothing about a meter.</span
    >
  </p>`;
}

function factsOf(material: Material): readonly (readonly [name: string, value: Content])[] {
  const { plan, runId, startedAt, durationNs } = material.report;
  const run = html`<code>${runId ?? 'unknown'}</code>`;
  const started = html`${startedAt === null ? 'never' : startText(startedAt)}, took
  ${plan === null ? tookText(durationNs) : durationText(material.report, plan)}`;
  if (plan === null)
    return [
      ['Run', run],
      ['Started', started],
    ];
  const { bench, simulated, headEnd } = plan.abilities;
  const onRig = positionsOf(plan).flatMap(({ position, meterSerial, profile }) => [
    [
      'Meter under test',
      html`serial <strong>${meterSerial}</strong>, position ${position}`,
    ] as const,
    ['Meter type', typeText(profile)] as const,
  ]);
  return [
    ['Run', run],
    ['Started', started],
    ...(isFleetOnly(plan) ? [] : onRig),
    ...fleetsIn(plan).map((text) => ['Fleet', text] as const),
    ['Bench', simulated ? html`${bench}, <strong>a simulated bench</strong>` : bench],
    ['Head-end', headEnd?.name ?? 'none'],
    ['Time', timeText(plan)],
    ['Seed', String(plan.seed)],
    ['Scenario pack', packText(material)],
  ];
}

function typeText({ profile, manufacturer, model, form, accuracyClassPpm }: MeterProfile): Markup {
  const limits = formatQuantity({ value: accuracyClassPpm, unit: 'ppm' });
  return html`${profile}: ${manufacturer} ${model}, form ${form}, class ±${limits}`;
}

const TIMES: Readonly<Record<Plan['time'], string>> = {
  simulated: 'simulated time: the bench tells the clock',
  wall: 'wall time',
};

/** The time of the cases, which each have their own; a plan without any has the bench's. */
function timeText({ cases, time }: Plan): string {
  const own = cases.length === 0 ? [time] : cases.map((planned) => planned.time);
  const counts = grouped(own, (one) => one).map(([, [one = time, ...more]]) => ({
    text: TIMES[one],
    cases: more.length + 1,
  }));
  if (counts.length === 1) return TIMES[own[0] ?? time];
  return counts.map(({ text, cases: count }) => `${text} (${counted(count, 'case')})`).join('; ');
}

/** Fleets of one type behind one carrier in one kind of time, with their sizes. */
function fleetsIn({ cases }: Plan): readonly Markup[] {
  const fleets = cases.flatMap(({ fleet, time }) => (fleet === null ? [] : [{ fleet, time }]));
  const kinds = grouped(fleets, ({ fleet, time }) =>
    [fleet.profile.profile, fleet.carrier.name, time].join(' '),
  );
  return kinds.flatMap(([, members]) => {
    const [first] = members;
    if (first === undefined) return [];
    const { profile, carrier } = first.fleet;
    const sizes = members.map(({ fleet }) => fleet.meters);
    return [
      html`<strong>${sizesText(sizes)}</strong> simulated meters of type ${profile.profile}; carrier
        ${carrier.name} (${carrier.origin}); ${first.time} time`,
    ];
  });
}

function sizesText(sizes: readonly number[]): string {
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return least === most ? countText(most) : `${countText(least)} to ${countText(most)}`;
}

/** "2026-01-05 00:00:00 UTC" of an ISO 8601 instant in UTC. */
function startText(wall: string): string {
  return `${wall.slice(0, 10)} ${wall.slice(11, 19)} UTC`;
}

function packText({ report: { plan }, files }: Material): Markup {
  const scenarios = new Set(plan?.cases.map(({ scenario }) => scenario));
  const text = files.find(({ name }) => name === 'plan.json');
  return html`${counted(scenarios.size, 'scenario')} in ${counted(plan?.cases.length ?? 0, 'case')},
    plan <code>${text?.sha256.slice(0, SHORT_HASH) ?? 'missing'}</code> (<a href="#hashes"
      >SHA-256 of ${counted(files.length, 'file')}</a
    >)`;
}
