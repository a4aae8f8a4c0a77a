import type { InstrumentRecord } from '../../rigs/port/bench.ts';
import { instrumentsOf } from '../../harness/verdict/positions.ts';
import type { Plan } from '../../harness/plan/plan.ts';
import { daysLeftOf, daysLeftText } from '../calibration-text.ts';
import { scrolling } from './links.ts';
import { described, plainTable, tableHead } from './table.ts';
import { html } from './markup.ts';
import type { Content, Markup } from './markup.ts';
import type { Material } from './material.ts';
import { icon } from './word.ts';

/** The instruments of the bench with what is known of their calibration. */
export function instruments({ report }: Material): Markup {
  const { plan } = report;
  const all = plan === null ? [] : instrumentsOf(plan);
  const table = plainTable(
    'Instruments',
    [
      'Role',
      'Make and model',
      'Serial',
      'Driver',
      'Kind',
      'Certificate',
      'Calibrated',
      'Due',
      'Days left',
      'Uncertainty',
    ],
    plan === null ? [] : all.map((record) => instrumentRow(record, plan)),
  );
  return html`<section aria-labelledby="instruments">
    <h2 id="instruments">Instruments and calibration <span class="count">${all.length}</span></h2>
    ${all.length === 0 ? html`<p class="empty">No instrument is declared.</p>` : scrolling('Instruments', table)}
  </section>`;
}

function instrumentRow(record: InstrumentRecord, plan: Plan): Markup {
  const { role, make, model, serial, driver, simulated } = record;
  const { certificate, calibrated, due, uncertainty } = record;
  const left = due === null ? null : daysLeftText(daysLeftOf(record, plan));
  const rest = [certificate, calibrated, due, left, uncertainty];
  const name = make === model ? make : `${make}, ${model}`;
  return html`<tr>
    <th scope="row">${role}</th>
    <td>${name}</td>
    <td>${serial}</td>
    <td>${driver}</td>
    <td>${simulated ? 'simulated' : 'real'}</td>
    ${rest.map((text) => html`<td>${text ?? 'not declared'}</td>`)}
  </tr>`;
}

/** Where everything comes from: hashes, seed, the journal's chain, and what the report cannot say. */
export function provenance(material: Material): Markup {
  const { report, files } = material;
  const table = html`<table class="hashes">
    ${tableHead('Files that the run rests on', ['File', 'SHA-256', 'Text in the journal'])}
    <tbody>
      ${files.map(
        ({ name, sha256, holds }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td><code>${sha256}</code></td>
            <td>
              ${holds ? html`${icon('pass')} has this hash` : html`${icon('fail')} does NOT have this hash`}
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
  return html`<section aria-labelledby="provenance">
    <h2 id="provenance">Provenance</h2>
    <dl class="notes">${described(notesOf(material))}</dl>
    <h3 id="hashes">Files that the run rests on</h3>
    ${files.length === 0 ? html`<p class="empty">The journal holds no file.</p>` : scrolling('Hashes', table)}
    <p class="end">End of the report on run ${report.runId ?? 'unknown'}</p>
  </section>`;
}

function notesOf(material: Material): readonly (readonly [name: string, value: Content])[] {
  const { report, entries } = material;
  const opened = entries.find(({ kind }) => kind === 'run-opened');
  const format = opened?.kind === 'run-opened' ? opened.format : 'unknown';
  return [
    ['Journal', html`${chainText(material)} Format ${format}, ${entries.length} lines.`],
    [
      'Seed',
      html`${report.plan?.seed ?? 'unknown'}: the same seed, plan and version give the same journal,
      byte for byte, in simulated time.`,
    ],
    [
      'Seal',
      'Unsealed: nobody has signed this run. manifest.json beside this file lists the SHA-256 of every file of the run; “meterbench verify” compares them.',
    ],
    [
      'Environment',
      'Machine, operating system, versions and durations are no function of the plan and are not in the journal: they stand in environment.json beside this file.',
    ],
    [
      'Message mapping',
      'Project-defined: messages on the module’s link are values whose names and fields are this project’s own, not bytes of C12.22. Bytes are shown where an instrument read some.',
    ],
    [
      'Decision rules',
      'Each limit names its own (ISO/IEC 17025, 7.8.6). Guard band after ILAC-G8:09/2019 with w = U; simple acceptance has w = 0. A limit marked “default, not from the source” is this project’s, not the requirement’s.',
    ],
    ['Scope', `The results relate only to the meter, the position and the bench named at the top.`],
  ];
}

function chainText({ chain }: Material): Markup {
  if (chain === null) return html`The chain of hashes was not checked.`;
  if (chain.ok) {
    return html`${icon('pass')} The chain of SHA-256 holds over all ${chain.lines} lines.`;
  }
  return html`${icon('fail')}
    <strong>The journal is not as it was written: line ${chain.line}: ${chain.what}.</strong>`;
}
