import { isNonEmpty, decisive } from '../../harness/verdict/finding.ts';
import { NO_CASE } from '../../harness/verdict/plan-rows.ts';
import { VERDICT_WORDS } from '../../harness/verdict/verdict.ts';
import type { VerdictWord } from '../../harness/verdict/verdict.ts';
import { scrolling } from './links.ts';
import { html } from './markup.ts';
import type { Content, Markup } from './markup.ts';
import { grouped } from './material.ts';
import type { Material, Row } from './material.ts';
import { counted } from './overall.ts';
import { plainTable } from './table.ts';
import { icon, TONES } from './word.ts';

/** Which requirement was decided by which scenario, and which was not, and why. */
export function matrix(material: Material): Markup {
  const { report, rows } = material;
  const { covers = [], required = [] } = report.plan ?? {};
  const told = rows.map(({ verdict }) => verdict.requirement);
  const ids = [...new Set([...covers, ...required, ...told])].sort();
  return html`<section aria-labelledby="requirements">
    <h2 id="requirements">Requirements <span class="count">${ids.length}</span></h2>
    ${ids.length === 0 ? html`<p class="empty">No requirement was asked.</p>` : asked(ids, material)}
    ${excuses(material)} ${declared(material)}
    ${unasked(new Set([...ids, ...declaredIds(material)]), material)}
  </section>`;
}

/** Columns that still stand beside each other on a page. */
const MOST_COLUMNS = 16;

function asked(ids: readonly string[], material: Material): Markup {
  const scenarios = scenariosOf(material);
  if (scenarios.length > MOST_COLUMNS) return listed(ids, scenarios, material);
  const families = grouped(scenarios, (scenario) => familyOf(scenario));
  const table = html`<table class="matrix">
    <caption class="visually-hidden">
      Requirements by scenario
    </caption>
    <colgroup></colgroup>
    ${families.map(([, members]) => html`<colgroup span="${members.length}"></colgroup>`)}
    <thead>
      <tr>
        <th scope="col" rowspan="2">Requirement</th>
        ${families.map(([family, members]) => html`<th scope="colgroup" colspan="${members.length}">${family}</th>`)}
      </tr>
      <tr>
        ${scenarios.map((scenario) => html`<th scope="col" class="tall"><span>${shortName(scenario)}</span></th>`)}
      </tr>
    </thead>
    <tbody>
      ${ids.map((id) => requirementRow(id, scenarios, material))}
    </tbody>
  </table>`;
  return html`${scrolling('Requirements by scenario', table)}${legend()}`;
}

/** With many scenarios: each requirement with those that are about it. */
function listed(ids: readonly string[], scenarios: readonly string[], material: Material): Markup {
  const rows = ids.map((id) => {
    const about = scenarios.flatMap((scenario) => {
      const own = rowsOf(id, scenario, material);
      if (own.length === 0 && !isCovered(id, scenario, material)) return [];
      const lines = own.length === 0 ? html`<span class="hole">not asked</span>` : wordLines(own);
      return [html`<li>${scenario === NO_CASE ? 'none' : scenario} ${lines}</li>`];
    });
    const statement = material.statements.get(id) ?? 'no statement in the journal';
    return html`<tr>
      <th scope="row"><strong>${id}</strong> <span>${statement}</span></th>
      <td>
        <ul class="deciders">
          ${about}
        </ul>
      </td>
    </tr>`;
  });
  const table = html`<table class="matrix listed">
    <caption class="visually-hidden">
      Requirements with the scenarios that are about them
    </caption>
    <thead>
      <tr>
        <th scope="col">Requirement</th>
        <th scope="col">Scenarios</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
  return html`${scrolling('Requirements by scenario', table)}${legend()}`;
}

function scenariosOf({ report: { plan }, rows }: Material): readonly string[] {
  const planned = plan?.cases.map(({ scenario }) => scenario) ?? [];
  return [...new Set([...planned, ...rows.map(({ verdict }) => verdict.scenario)])];
}

function familyOf(scenario: string): string {
  return scenario === NO_CASE
    ? 'no scenario'
    : scenario.split('/').slice(0, -1).join('/') || 'scenario';
}

function shortName(scenario: string): string {
  return scenario === NO_CASE ? 'none' : (scenario.split('/').at(-1) ?? scenario);
}

function requirementRow(id: string, scenarios: readonly string[], material: Material): Markup {
  const statement = material.statements.get(id) ?? 'no statement in the journal';
  const cells = scenarios.map((scenario) =>
    cell(rowsOf(id, scenario, material), isCovered(id, scenario, material)),
  );
  return html`<tr>
    <th scope="row"><strong>${id}</strong> <span>${statement}</span></th>
    ${cells}
  </tr>`;
}

function rowsOf(id: string, scenario: string, { rows }: Material): readonly Row[] {
  return rows.filter(({ verdict }) => verdict.requirement === id && verdict.scenario === scenario);
}

function isCovered(id: string, scenario: string, { report: { plan } }: Material): boolean {
  return plan?.cases.some((one) => one.scenario === scenario && one.covers.includes(id)) ?? false;
}

/** One line for each word; the link goes to the row that was decisive. */
function cell(rows: readonly Row[], covered: boolean): Markup {
  if (rows.length === 0) {
    return covered ? html`<td class="hole">not asked</td>` : html`<td class="blank"></td>`;
  }
  return html`<td>${wordLines(rows)}</td>`;
}

function wordLines(rows: readonly Row[]): readonly Markup[] {
  return VERDICT_WORDS.toReversed().flatMap((word) => {
    const own = rows.filter(({ verdict }) => verdict.verdict === word);
    return own.length === 0 ? [] : [cellLine(word, own)];
  });
}

function cellLine(word: VerdictWord, rows: readonly Row[]): Markup {
  const findings = rows.map((row) => ({ ...row.verdict, id: row.id }));
  const target = isNonEmpty(findings) ? decisive(findings).id : '';
  const text = rows.every((row) => isStimulus(row)) ? 'stimulus' : SHORT[word];
  const tone = text === 'stimulus' ? 'stimulus' : TONES[word];
  return html`<a class="cell ${tone}" href="#${target}"
    >${icon(word)} <span>${text}</span> <span class="times">${rows.length}</span></a
  >`;
}

const SHORT: Readonly<Record<VerdictWord, string>> = {
  inapplicable: 'n/a',
  pass: 'pass',
  'conditional pass': 'cond. pass',
  inconclusive: 'undecided',
  'conditional fail': 'cond. fail',
  fail: 'fail',
  invalid: 'invalid',
  aborted: 'aborted',
  error: 'error',
};

function isStimulus({ verdict: { verdict, reason } }: Row): boolean {
  return verdict === 'inapplicable' && reason.startsWith('stimulus');
}

function legend(): Markup {
  return html`<p class="legend">
    A cell counts the verdicts of one requirement in one scenario and leads to the decisive one.
    <strong>stimulus</strong>: our own part did it, which decides nothing about the meter.
    <strong>n/a</strong>: not applicable here, with the reason below. <strong>not asked</strong>:
    the scenario is about it, but no case came to ask. Empty: the scenario is about something else.
  </p>`;
}

/** Why something did not apply; one line for each reason. */
function excuses({ rows }: Material): Content {
  const own = rows.filter(({ verdict }) => verdict.verdict === 'inapplicable');
  if (own.length === 0) return null;
  const texts = own.map(
    ({ verdict }) =>
      `${verdict.requirement}, ${verdict.scenario}, ${verdict.case}: ${verdict.reason}`,
  );
  const items = [...new Set(texts)].map((text) => html`<li>${text}</li>`);
  return html`<h3>Not decided here, and why</h3>
    <ul>
      ${items}
    </ul>`;
}

function declarationsOf({ report: { plan } }: Material) {
  return plan?.declarations ?? [];
}

function declaredIds(material: Material): readonly string[] {
  return declarationsOf(material).map(({ requirement }) => requirement);
}

/** What rests on somebody's word: beside the verdicts, never one of them. */
function declared(material: Material): Content {
  const all = declarationsOf(material);
  if (all.length === 0) return null;
  const rows = all.map(({ requirement, statement, by, on, document }) => {
    const rests =
      document === null ? 'none' : html`${document.name}, SHA-256 <code>${document.sha256}</code>`;
    const meant = material.statements.get(requirement) ?? 'no statement in the journal';
    return html`<tr>
      <th scope="row"><strong>${requirement}</strong> <span>${meant}</span></th>
      <td>${statement}</td>
      <td>${by}</td>
      <td>${on}</td>
      <td>${rests}</td>
    </tr>`;
  });
  const columns = ['Requirement', 'Declared', 'By', 'On', 'Document'];
  const name = 'Declared by a person, decided by no bench';
  return html`<h3>${name}</h3>
    ${scrolling(name, plainTable(name, columns, rows))}`;
}

/** Requirements of the catalogue that nobody asked in this run. */
function unasked(ids: ReadonlySet<string>, { statements }: Material): Content {
  const rest = [...statements].filter(([id]) => !ids.has(id));
  if (rest.length === 0) return null;
  const items = rest.map(([id, statement]) => html`<li><strong>${id}</strong> ${statement}</li>`);
  return html`<details class="unasked">
    <summary>${counted(rest.length, 'requirement')} of the catalogue not asked in this run</summary>
    <ul>
      ${items}
    </ul>
  </details>`;
}
