import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { NS_PER_S } from '../devices/domain/time.ts';
import type { Verdict, VerdictWord } from '../harness/verdict/verdict.ts';
import { limitText, measuredText } from './number-text.ts';
import { positionsOf } from '../harness/verdict/positions.ts';
import type { Report } from './report.ts';

type Outcome = 'failure' | 'error' | 'skipped' | null;

/**
 * How JUnit's words take ours. What was not decided must not look green, and "skipped" looks
 * green in most viewers: inconclusive, invalid and aborted are errors, only what was never asked is skipped.
 */
const OUTCOMES: Readonly<Record<VerdictWord, Outcome>> = {
  inapplicable: 'skipped',
  pass: null,
  'conditional pass': null,
  inconclusive: 'error',
  'conditional fail': 'failure',
  fail: 'failure',
  invalid: 'error',
  aborted: 'error',
  error: 'error',
};

/** What XML 1.0 (production 2, Char) forbids is shown as the replacement character. */
const REPLACEMENT = '\uFFFD';

/**
 * The text of junit.xml: a suite for each scenario, a test case for each verdict. It keeps to what
 * both Jenkins' junit-10.xsd and the Ant schema (windyroad JUnit.xsd) allow; see reports/junit.xsd.
 * Times are the bench's, the host name is the bench's, so that one run gives one text.
 */
export function renderJunit(report: Report): string {
  const root = create({
    version: '1.0',
    encoding: 'UTF-8',
    invalidCharReplacement: REPLACEMENT,
  }).ele('testsuites');
  const scenarios = [...new Set(report.judgement.verdicts.map(({ scenario }) => scenario))];
  for (const [index, scenario] of scenarios.entries()) addSuite(root, report, scenario, index);
  return `${root.end({ prettyPrint: true })}\n`;
}

function addSuite(root: XMLBuilder, report: Report, scenario: string, index: number): void {
  const rows = report.judgement.verdicts.filter((row) => row.scenario === scenario);
  const keys = new Set(rows.map((row) => keyOf(row)));
  const times = [...keys].flatMap((key) => report.cases.get(key) ?? []);
  const counted = (outcome: Outcome): number =>
    rows.filter(({ verdict }) => OUTCOMES[verdict] === outcome).length;
  const suite = root.ele('testsuite', {
    id: index,
    package: packageOf(scenario),
    name: scenario,
    timestamp: timestampOf(times[0]?.startedAt ?? report.startedAt),
    hostname: report.plan?.abilities.bench ?? 'unknown',
    tests: rows.length,
    failures: counted('failure'),
    errors: counted('error'),
    skipped: counted('skipped'),
    time: secondsOf(times.reduce((sum, { durationNs }) => sum + durationNs, 0)),
  });
  addProperties(suite, report);
  for (const row of rows) addCase(suite, report, row);
  suite.ele('system-out').txt(rows.map(lineOf).join('\n'));
  suite.ele('system-err').txt(report.remarks.join('\n'));
}

function addProperties(suite: XMLBuilder, { plan, runId, judgement }: Report): void {
  const properties = suite.ele('properties');
  const sockets = plan === null ? null : positionsOf(plan);
  const values = {
    run: runId,
    seed: plan?.seed,
    time: plan?.time,
    bench: plan?.abilities.bench,
    position: sockets?.map(({ position }) => position).join(', '),
    meter: sockets?.map(({ meterSerial }) => meterSerial).join(', '),
    profile: plan?.abilities.profile.profile,
    defect: plan?.defect,
    rigSafe: judgement.rigSafe,
  };
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined)
      properties.ele('property', { name, value: String(value) });
  }
}

function addCase(suite: XMLBuilder, report: Report, row: Verdict): void {
  const test = suite.ele('testcase', {
    name: `${row.requirement}: ${row.case}`,
    classname: row.scenario.replaceAll('/', '.'),
    time: secondsOf(report.cases.get(keyOf(row))?.durationNs ?? 0),
  });
  const outcome = OUTCOMES[row.verdict];
  switch (outcome) {
    case null:
      return;
    case 'skipped':
      test.ele('skipped', { message: row.reason });
      return;
    case 'failure':
    case 'error':
      test.ele(outcome, { type: row.verdict, message: row.reason }).txt(detailsOf(row));
  }
}

function detailsOf(row: Verdict): string {
  const { source, evidence, blame } = row;
  return [
    lineOf(row),
    `blame: ${blame ?? 'nobody'}`,
    ...(source === null ? [] : [`at ${source.file}:${source.line}:${source.column}`]),
    ...(evidence.length === 0 ? [] : [`evidence: journal.ndjson, lines ${evidence.join(', ')}`]),
  ].join('\n');
}

function lineOf({ requirement, case: name, verdict, measured, limit, reason }: Verdict): string {
  const seen = measured === null ? '' : `; ${measured.name} ${measuredText(measured)}`;
  const wanted = limit === null ? '' : `; ${limitText(limit)}`;
  return `${requirement} ${name}: ${verdict}: ${reason}${seen}${wanted}`;
}

function keyOf({ scenario, case: name }: Verdict): string {
  return `${scenario}#${name}`;
}

function packageOf(scenario: string): string {
  return scenario.split('/').slice(0, -1).join('.') || 'scenarios';
}

/** YYYY-MM-DDTHH:MM:SS, the only form that the Ant schema takes. */
function timestampOf(wall: string | null): string {
  return (wall ?? '1970-01-01T00:00:00').slice(0, 19);
}

function secondsOf(ns: number): string {
  return (ns / NS_PER_S).toFixed(3);
}
