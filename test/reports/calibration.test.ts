import { describe, expect, test } from 'vitest';
import type { Plan } from '../../harness/plan/plan.ts';
import type { ReportDocument } from '../../reports/schema.ts';
import { renderReports } from '../../reports/write.ts';
import type { InstrumentRecord } from '../../rigs/port/bench.ts';
import { Story, storyPlan } from '../harness/verdict/story.ts';

/** Days are counted from the start of the story's plan, 5 January 2026. */
const STANDARD: InstrumentRecord = {
  role: 'reference-standard',
  driver: 'zera-scpi',
  simulated: false,
  make: 'ZERA',
  model: 'MT310s2',
  serial: '1',
  certificate: 'C-1',
  calibrated: '2025-01-05',
  due: '2026-01-15',
  uncertainty: '0.02 % (k=2)',
};
const OVERDUE = { ...STANDARD, role: 'clock-output', serial: '2', due: '2025-12-31' };
const TWIN = { ...STANDARD, role: 'source', serial: '3', simulated: true, due: null };

const permissions: Plan['permissions'] = {
  allowed: ['clears billing'],
  calibration: {
    profile: 'lab',
    findings: [{ role: 'clock-output', what: 'overdue', decides: true, text: 'it is overdue' }],
    override: { by: 'A. Tester', reason: 'in the post' },
  },
};

function reports() {
  const abilities = { ...storyPlan().abilities, instruments: [STANDARD, OVERDUE, TWIN] };
  return renderReports(new Story({ abilities, permissions }).end('not energised').entries());
}

describe('a report tells of each instrument how long its calibration held at the time of use', () => {
  test('as JSON', () => {
    const { instruments } = JSON.parse(reports().json) as ReportDocument;
    expect(instruments.map(({ daysLeft }) => daysLeft)).toEqual([10, -5, null]);
  });

  test('as HTML', () => {
    const { html } = reports();
    expect(html).toMatch(/<td>2026-01-15<\/td>\s*<td>10<\/td>/);
    expect(html).toMatch(/<td>2025-12-31<\/td>\s*<td>5 overdue<\/td>/);
  });

  test('as text, of real instruments', () => {
    const { text } = reports();
    expect(text).toContain('reference-standard: ZERA MT310s2, 1, certificate C-1, days left 10');
    expect(text).toContain('days left 5 overdue');
    expect(text).not.toContain('source: ZERA');
  });
});

test('who overrode what, and what was permitted beyond the rig file, is told in every format', () => {
  const { json, html, text } = reports();
  for (const told of [json, html, text]) {
    expect(told).toContain('clock-output: it is overdue');
    expect(told).toContain('overridden by A. Tester: in the post');
    expect(told).toContain('permitted for this run beyond the rig file: clears billing');
  }
});
