import { LOAD_KINDS } from '../../devices/domain/load-kind.ts';
import { averageRegistrations, registrationPercent } from '../registration.ts';
import { loadPoints } from './chart/load-point.ts';
import type { LoadPoint } from './chart/load-point.ts';
import { html } from './markup.ts';
import type { Content, Markup } from './markup.ts';
import { grouped } from './material.ts';
import type { Material } from './material.ts';
import { plainTable } from './table.ts';
import { scrolling } from './links.ts';

/** Percent registration by load point, and the averages that it gives, for each meter. */
export function registrations(material: Material): readonly Markup[] {
  const series = grouped(loadPoints(material), (point) => point.series);
  const rows = series.flatMap(([name, points]) => rowsOf(name, points));
  if (rows.length === 0) return [];
  const table = plainTable('Registration', ['Scenario and meter', 'What', 'Registration'], rows);
  return [scrolling('Registration', table)];
}

function rowsOf(name: string, points: readonly LoadPoint[]): readonly Content[] {
  const byKind = new Map(
    points.map(({ kind, reading }) => [kind, registrationPercent(reading.value)]),
  );
  // Only what a formula can name is told here; the curve shows the rest.
  const single = LOAD_KINDS.filter((kind) => kind !== 'load').flatMap((kind) => {
    const percent = byKind.get(kind);
    return percent === undefined ? [] : [row(name, kind, percent)];
  });
  const averages = averageRegistrations(byKind).map(({ formula, percent }) =>
    row(name, `average ${formula}`, percent),
  );
  return [...single, ...averages];
}

function row(name: string, what: string, percent: number): Content {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${what}</td>
    <td class="number">${percent.toFixed(3)} %</td>
  </tr>`;
}
