import { describe, expect, test } from 'vitest';
import { daysUntil } from '../../../devices/domain/calendar.ts';
import {
  calibrationFindings,
  calibrationRefusal,
  type PlannedCalibration,
} from '../../../harness/plan/calibration.ts';
import { compilePlan } from '../../../harness/plan/compile.ts';
import { printPlan } from '../../../harness/plan/print.ts';
import type { InstrumentRecord, RigProfile } from '../../../rigs/port/bench.ts';
import { ableBench, ableFleet, projectCatalogue, scenarioOf } from './abilities.ts';

const TODAY = Date.UTC(2026, 5, 15, 23, 59);

function instrument(changes: Partial<InstrumentRecord> = {}): InstrumentRecord {
  return {
    role: 'reference-standard',
    driver: 'zera-scpi',
    simulated: false,
    make: 'ZERA',
    model: 'MT310s2',
    serial: '050059467',
    certificate: 'D-K-1',
    calibrated: '2025-09-01',
    due: '2026-09-01',
    uncertainty: '0.02 % (k=2)',
    ...changes,
  };
}

const found = (changes: Partial<InstrumentRecord>, probesRead: ReadonlySet<string> | null = null) =>
  calibrationFindings([instrument(changes)], TODAY, probesRead).map(
    ({ what, decides }) => `${what}${decides ? '' : ', decides nothing'}`,
  );

test.each([
  ['2026-06-15', 0],
  ['2026-06-16', 1],
  ['2026-06-14', -1],
  ['2027-06-15', 365],
])('whole days to %s are %i, whatever the hour', (date, days) => {
  expect(daysUntil(date, TODAY)).toBe(days);
  expect(daysUntil(date, Date.UTC(2026, 5, 15))).toBe(days);
});

describe('findings', () => {
  test.each<[string, Partial<InstrumentRecord>, readonly string[]]>([
    ['in order', {}, []],
    ['on its last day', { due: '2026-06-15' }, ['due soon']],
    ['the day after', { due: '2026-06-14' }, ['overdue']],
    ['due in 30 days', { due: '2026-07-15' }, ['due soon']],
    ['due in 31 days', { due: '2026-07-16' }, []],
    ['without a certificate', { certificate: null }, ['no certificate']],
    ['without a due date', { due: null }, ['no certificate']],
    ['without an uncertainty', { uncertainty: null }, ['no uncertainty']],
    ['a twin', { simulated: true, due: '2020-01-01', certificate: null, uncertainty: null }, []],
  ])('a standard %s', (_what, changes, findings) => {
    expect(found(changes)).toEqual(findings);
  });

  test('what only switches needs no certificate, and an overdue one decides nothing', () => {
    const relay = { role: 'isolation-switch', certificate: null, uncertainty: null };
    expect(found({ ...relay, due: null })).toEqual([]);
    expect(found({ ...relay, due: '2026-01-01' })).toEqual(['overdue, decides nothing']);
  });

  test('a probe decides when it is read', () => {
    const probe = { role: 'probe temperature', due: '2026-01-01', uncertainty: null };
    expect(found(probe)).toEqual(['overdue']);
    expect(found(probe, new Set(['probe temperature']))).toEqual(['overdue']);
    expect(found(probe, new Set())).toEqual(['overdue, decides nothing']);
  });

  test('a finding names the instrument, the date and how long ago that was', () => {
    const [only] = calibrationFindings([instrument({ due: '2026-06-01' })], TODAY);
    expect(only?.text).toBe(
      'ZERA MT310s2, 050059467: calibration is 14 days overdue (due 2026-06-01)',
    );
  });
});

const OVERRIDE = { by: 'A. Tester', reason: 'the certificate is in the post' };

function overdue(
  profile: RigProfile | null,
  changes: Partial<PlannedCalibration> = {},
): PlannedCalibration {
  const findings = calibrationFindings([instrument({ due: '2026-06-01' })], TODAY);
  return { profile, findings, override: null, ...changes };
}

describe('an overdue standard', () => {
  test.each<[RigProfile | null, string, string]>([
    ['lab', '--override-calibration', 'no refusal'],
    ['certification', 'nothing overrides that', 'nothing overrides that'],
    ['development', 'no refusal', 'no refusal'],
    [null, 'no refusal', 'no refusal'],
  ])('on a rig for %s', (profile, alone, overridden) => {
    expect(calibrationRefusal(overdue(profile)) ?? 'no refusal').toContain(alone);
    const despite = calibrationRefusal(overdue(profile, { override: OVERRIDE }));
    expect(despite ?? 'no refusal').toContain(overridden);
  });

  test('what decides nothing refuses nothing', () => {
    const findings = calibrationFindings(
      [instrument({ role: 'source', due: '2026-06-01' })],
      TODAY,
    );
    expect(findings).toHaveLength(1);
    expect(calibrationRefusal(overdue('certification', { findings }))).toBeNull();
  });
});

const TEXT = `scenario: The meter says that its mains went
covers: [OUT-01]
steps:
  - { id: cut, do: open-mains }
  - do: configure-outage-alarms
    with: { declare-after: 15 s, restore-after: 30 s }
expect:
  - { message: last-gasp, since: start of cut, within: 30 s, from: { default: own choice } }
`;

function planWith(permissions: Parameters<typeof compilePlan>[0]['permissions'], text = TEXT) {
  return compilePlan({
    title: 'a plan',
    scenarios: [scenarioOf(text)],
    abilities: ableBench({
      consent: ['reads'],
      instruments: [instrument({ due: '2026-06-01' })],
    }),
    seed: 7,
    time: 'wall',
    startUtcMs: TODAY,
    catalogue: projectCatalogue(),
    required: [],
    defect: null,
    sources: [],
    ...(permissions && { permissions }),
    fleets: ableFleet(),
  });
}

describe('a plan', () => {
  const lab = { allowed: ['writes'], rigProfile: 'lab', override: null } as const;

  test('says which effect the rig file refuses and what would permit it', () => {
    expect(printPlan(planWith({ ...lab, allowed: [] }))).toMatch(
      /family\/name .*: configure-outage-alarms writes, to which the rig file does not consent \(consent: reads\); --allow "writes" would permit it/,
    );
  });

  test('is made with what is allowed for this run, and keeps and prints it', () => {
    const plan = planWith(lab);
    expect(plan.cases).toHaveLength(1);
    expect(plan.permissions.allowed).toEqual(['writes']);
    expect(plan.abilities.consent).toEqual(['reads', 'writes']);
    expect(printPlan(plan)).toContain('consent    reads, writes (for this run: writes)');
  });

  test('keeps and prints the calibrations of its day, what they refuse, and who overrides them', () => {
    expect(printPlan(planWith(lab))).toMatch(/certified .*14 days overdue.*\n.*REFUSED .*14 days/);
    const override = { by: 'A. Tester', reason: 'in the post' };
    const overridden = planWith({ ...lab, override });
    expect(overridden.permissions.calibration).toMatchObject({ profile: 'lab', override });
    expect(printPlan(overridden)).toContain('overridden by A. Tester: in the post');
    expect(printPlan(overridden)).not.toContain('REFUSED');
  });

  test('of a fleet alone asks no instrument of the rig', () => {
    const fleet = `fleet: { meters: 5, profile: centron-gprs, commissioned: fresh }\n`;
    const text = TEXT.replace('steps:', `${fleet}steps:`);
    const { cases, permissions } = planWith(lab, text);
    expect(cases.map((one) => one.fleet === null)).toEqual([false]);
    expect(permissions.calibration.findings).toEqual([]);
  });
});
