import { formatQuantity } from '../../devices/domain/quantity.ts';
import { tookText } from '../number-text.ts';
import { html } from './markup.ts';
import { described } from './table.ts';
import type { Content, Markup } from './markup.ts';
import type { Material } from './material.ts';
import { counted, overallOf } from './overall.ts';
import { icon, TONES } from './word.ts';

/** Digits of a hash that are enough to compare by eye; the whole one stands further down. */
const SHORT_HASH = 12;

/** What was tested, where, by what, and what it came to. */
export function header(material: Material): Markup {
  const { report } = material;
  const { word, text, because } = overallOf(material);
  return html`<header class="page-header">
    <div class="verdict ${TONES[word]}">
      ${icon(word)}
      <p><strong>${text}</strong> <span>${because}</span></p>
    </div>
    <div class="title">
      <p class="kind">Test report <span class="unsealed">unsealed</span></p>
      <h1>${report.plan?.title ?? 'A journal without a plan'}</h1>
    </div>
    ${defectBanner(material)}
    <dl class="facts">${described(factsOf(material))}</dl>
  </header>`;
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
  ${tookText(durationNs)} of bench time`;
  if (plan === null)
    return [
      ['Run', run],
      ['Started', started],
    ];
  const { bench, simulated, position, meterSerial, profile, headEnd } = plan.abilities;
  const limits = formatQuantity({ value: profile.accuracyClassPpm, unit: 'ppm' });
  return [
    ['Run', run],
    ['Started', started],
    ['Meter under test', html`serial <strong>${meterSerial}</strong>, position ${position}`],
    [
      'Meter type',
      html`${profile.profile}: ${profile.manufacturer} ${profile.model}, form ${profile.form}, class
      ±${limits}`,
    ],
    ['Bench', simulated ? html`${bench}, <strong>a simulated bench</strong>` : bench],
    ['Head-end', headEnd?.name ?? 'none'],
    ['Time', plan.time === 'simulated' ? 'simulated time: the bench tells the clock' : 'wall time'],
    ['Seed', String(plan.seed)],
    ['Scenario pack', packText(material)],
  ];
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
