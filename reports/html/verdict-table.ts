import type { ExpectationKind } from '../../harness/plan/plan.ts';
import type { LimitValue, MeasuredValue } from '../../harness/verdict/verdict.ts';
import { boundsText, marginText, uncertaintyText, valueText } from '../number-text.ts';
import { lineLinks, scrolling } from './links.ts';
import { html } from './markup.ts';
import type { Content, Markup } from './markup.ts';
import { grouped } from './material.ts';
import type { Material, Row } from './material.ts';
import { badge } from './word.ts';

/** Every verdict, by scenario and case, with its number, limit, rule and evidence. */
export function verdictTable(material: Material): Markup {
  const { rows } = material;
  return html`<section class="wide" aria-labelledby="verdicts">
    <h2 id="verdicts">All verdicts <span class="count">${rows.length}</span></h2>
    ${rows.length === 0 ? html`<p class="empty">Nothing was judged.</p>` : null}
    ${grouped(rows, ({ verdict }) => verdict.scenario).map(([scenario, own]) => scenarioTable(scenario, own, material))}
  </section>`;
}

function scenarioTable(scenario: string, rows: readonly Row[], material: Material): Markup {
  const title = rows.find(({ planned }) => planned !== null)?.planned?.title ?? null;
  const cases = grouped(rows, ({ verdict }) => verdict.case);
  const table = html`<table class="verdicts">
    <caption>
      <strong>${scenario}</strong
      >${title === null ? '' : html` <span>${title}</span>`}
    </caption>
    <thead>
      <tr>
        ${COLUMNS.map((column) => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>
    ${cases.map(([name, own]) => caseRows(name, own, material))}
  </table>`;
  return scrolling(`Verdicts of ${scenario}`, table);
}

const COLUMNS = [
  'Case',
  'Requirement',
  'Verdict',
  'Measured',
  'Value',
  'U',
  'Limit',
  'Where the limit comes from',
  'Margin',
  'Decision rule',
  'Reason',
  'Evidence',
] as const;

function caseRows(name: string, rows: readonly Row[], material: Material): Markup {
  const head = html`<th scope="rowgroup" rowspan="${rows.length}">${name}</th>`;
  return html`<tbody>
    ${rows.map((row, index) => verdictRow(row, index === 0 ? head : null, material))}
  </tbody>`;
}

function verdictRow(row: Row, head: Content, material: Material): Markup {
  const { measured, limit, reason, evidence, requirement, verdict } = row.verdict;
  return html`<tr id="${row.id}">
    ${head}
    <td>${requirement}</td>
    <td>${badge(verdict)}</td>
    ${measured === null ? html`<td colspan="3">no number</td>` : measuredCells(measured)}
    ${limit === null ? html`<td colspan="2">no limit</td>` : limitCells(limit)}
    <td class="number">${marginText(row.verdict) ?? ''}</td>
    <td>${ruleText(row)}</td>
    <td class="reason">${reason}</td>
    <td>${lineLinks(evidence, material)}</td>
  </tr>`;
}

function measuredCells(measured: MeasuredValue): Markup {
  const { name, expandedUncertainty: u, unit } = measured;
  return html`<td>${name}</td>
    <td class="number"><strong>${valueText(measured)}</strong></td>
    <td class="number">${u === null ? 'none' : uncertaintyText(u, unit)}</td>`;
}

function limitCells({ minimum, maximum, unit, origin, default: isDefault }: LimitValue): Markup {
  const mark = isDefault ? html`<strong>default, not from the source</strong>: ` : null;
  return html`<td class="bounds">${boundsText(minimum, maximum, unit)}</td>
    <td>${mark}${origin}</td>`;
}

function ruleText({ expectation }: Row): string {
  if (expectation === null) return 'no single expectation';
  return expectation.kind === 'measure'
    ? LIMIT_RULES[expectation.limits.rule]
    : RULES[expectation.kind];
}

/** ISO/IEC 17025, 7.8.6: a statement of conformity names its decision rule. */
const LIMIT_RULES = {
  'simple acceptance': 'simple acceptance (w = 0)',
  'guard band': 'guard band (w = U)',
} as const;

const RULES: Readonly<Record<Exclude<ExpectationKind, 'measure'>, string>> = {
  recorded: 'recorded, with these raw counts at least',
  message: 'arrives in its window, ends included',
  never: 'absent, with positive controls',
  unchanged: 'within the tolerance (w = 0), with positive controls',
  events: 'logged in this order, each once',
  intervals: 'intervals as declared',
  answer: 'answered as declared',
  alarm: 'comes out northbound in its window, once per outage',
  snapshot: 'holds for each meter',
  threshold: 'the statistic keeps its bound, every meter adding to it',
};
