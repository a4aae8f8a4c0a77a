import { styleText } from 'node:util';
import { decisive, isNonEmpty } from '../harness/verdict/finding.ts';
import { NON_PASSES, VERDICT_WORDS } from '../harness/verdict/verdict.ts';
import type { Judgement, Verdict, VerdictWord } from '../harness/verdict/verdict.ts';
import { instrumentLines } from './calibration-text.ts';
import { durationText } from './duration-text.ts';
import { limitText, marginText, measuredText } from './number-text.ts';
import type { Plan } from '../harness/plan/plan.ts';
import { isFleetOnly, positionsOf } from '../harness/verdict/positions.ts';
import { lotValueText, statisticsText } from './lot-text.ts';
import type { Report } from './report.ts';
import { allVisible } from './visible.ts';

export interface TextOptions {
  readonly colours?: boolean;
}

type Colour = 'green' | 'red' | 'yellow' | 'gray' | 'bold';
type Paint = (colour: Colour, text: string) => string;

const COLOURS: Readonly<Record<VerdictWord, Colour>> = {
  inapplicable: 'gray',
  pass: 'green',
  'conditional pass': 'green',
  inconclusive: 'yellow',
  'conditional fail': 'red',
  fail: 'red',
  invalid: 'yellow',
  aborted: 'yellow',
  error: 'red',
};

/** The summary of a run for a terminal: what did not pass first, then all requirements. */
export function renderText(told: Report, { colours = false }: TextOptions = {}): string {
  const report = visibleReport(told);
  const paint: Paint = (colour, text) =>
    colours ? styleText(colour, text, { validateStream: false }) : text;
  const parts = [
    headerOf(report),
    nonPassesOf(report, paint),
    tableOf(report, paint),
    lotText(report, paint),
    inapplicableOf(report),
    listOf('Declared, not decided', declaredOf(report)),
    listOf('Instruments', report.plan === null ? [] : instrumentLines(report.plan)),
    listOf('Remarks', report.remarks),
    footerOf(report, paint),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Everything that comes from files and instruments, without control characters. */
function visibleReport(report: Report): Report {
  const { judgement, plan, runId, startedAt, interrupted, remarks, lot } = report;
  return {
    ...report,
    ...allVisible({ judgement, plan, runId, startedAt, interrupted, remarks, lot }),
  };
}

function headerOf(report: Report): readonly string[] {
  const { plan, runId, startedAt } = report;
  if (plan === null) return ['A journal without a plan: nothing was asked'];
  const started = `started ${startedAt ?? '-'}, took ${durationText(report, plan)}`;
  const defect = plan.defect === null ? [] : [`DEFECT ${plan.defect} is switched on`];
  return [
    `${plan.title}: run ${runId ?? '-'}, seed ${plan.seed}, ${started}`,
    ...benchLines(plan),
    ...fleetLines(plan),
    ...defect,
  ];
}

function benchLines(plan: Plan): readonly string[] {
  if (isFleetOnly(plan)) return [];
  const { bench, simulated, headEnd } = plan.abilities;
  const sockets = positionsOf(plan).map(
    ({ position, meterSerial, profile }) =>
      `position ${position}, meter ${meterSerial} (${profile.profile})`,
  );
  return [
    `bench ${bench}${simulated ? ' (simulated)' : ''}, ${sockets.join('; ')}, head-end ${headEnd?.name ?? 'none'}`,
  ];
}

function fleetLines({ cases }: Plan): readonly string[] {
  const largest = new Map<string, number>();
  for (const { fleet, time } of cases) {
    if (fleet === null) continue;
    const kind = `${fleet.profile.profile} behind ${fleet.carrier.name}, ${time} time`;
    largest.set(kind, Math.max(largest.get(kind) ?? 0, fleet.meters));
  }
  return [...largest].map(([kind, meters]) => `fleets of up to ${meters} ${kind}`);
}

function nonPassesOf({ judgement, plan }: Report, paint: Paint): readonly string[] {
  const rows = judgement.verdicts
    .filter(({ verdict }) => NON_PASSES.includes(verdict))
    .toSorted((a, b) => VERDICT_WORDS.indexOf(b.verdict) - VERDICT_WORDS.indexOf(a.verdict));
  if (rows.length === 0) return [];
  const titles = new Map(plan?.cases.map(({ scenario, title }) => [scenario, title]));
  const texts = rows.flatMap((row) => ['', ...nonPass(row, titles.get(row.scenario), paint)]);
  return [paint('bold', 'Not passed'), ...texts];
}

function nonPass(row: Verdict, title: string | undefined, paint: Paint): readonly string[] {
  const blame = row.blame === null ? '' : `, blame: ${row.blame}`;
  const word = paint(COLOURS[row.verdict], row.verdict.toUpperCase());
  const facts: readonly (readonly [name: string, text: string | null])[] = [
    ['asked', title ?? null],
    ['expected', row.limit === null ? null : limitText(row.limit)],
    ['seen', row.measured === null ? null : `${row.measured.name} ${measuredText(row.measured)}`],
    ['margin', marginText(row)],
    ['why', row.reason],
    ['at', row.source === null ? null : `${row.source.file}:${row.source.line}`],
    ['evidence', row.evidence.length === 0 ? null : `journal.ndjson ${linesText(row.evidence)}`],
  ];
  return [
    `  ${word} ${row.requirement}, ${row.scenario}, ${row.case}${blame}`,
    ...facts.flatMap(([name, text]) => (text === null ? [] : [`    ${name.padEnd(8)}  ${text}`])),
  ];
}

function linesText(lines: readonly number[]): string {
  return lines.length === 1 ? `line ${lines[0]}` : `lines ${lines.join(', ')}`;
}

/** One line for each requirement: how often it was decided how, and the number nearest its limit. */
function tableOf({ judgement }: Report, paint: Paint): readonly string[] {
  const asked = judgement.verdicts.filter(({ verdict }) => verdict !== 'inapplicable');
  const ids = [...new Set(asked.map(({ requirement }) => requirement))].sort();
  if (ids.length === 0) return [];
  const width = Math.max(...ids.map((id) => id.length));
  return [
    paint('bold', 'Requirements'),
    ...ids.map((id) => {
      const rows = asked.filter(({ requirement }) => requirement === id);
      return `  ${id.padEnd(width)}  ${requirementText(rows, paint)}`;
    }),
  ];
}

function requirementText(rows: readonly Verdict[], paint: Paint): string {
  if (!isNonEmpty(rows)) return '';
  const worst = decisive(rows);
  const counts = VERDICT_WORDS.flatMap((word) => {
    const count = rows.filter(({ verdict }) => verdict === word).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const word = paint(COLOURS[worst.verdict], worst.verdict.padEnd(16));
  const tally = counts.join(', ').padEnd(10);
  if (worst.measured === null || worst.limit === null) return `${word}  ${tally}`.trimEnd();
  const { name } = worst.measured;
  return `${word}  ${tally}  nearest: ${name} ${measuredText(worst.measured)}, ${limitText(worst.limit)}`;
}

/** Each measurement with one line for each meter of the lot. */
function lotText({ lot }: Report, paint: Paint): readonly string[] {
  if (lot.length === 0) return [];
  return [
    paint('bold', 'Lot'),
    ...lot.flatMap((one) => [
      `  ${one.scenario}, ${one.case}: ${one.measurement} (${one.requirement})`,
      ...one.rows.map(
        (row) =>
          `    ${row.position}  ${row.meterSerial}  ${paint(COLOURS[row.verdict], row.verdict)}  ${lotValueText(one, row)}`,
      ),
      `    ${statisticsText(one)}`,
    ]),
  ];
}

function inapplicableOf({ judgement }: Report): readonly string[] {
  const rows = judgement.verdicts.filter(({ verdict }) => verdict === 'inapplicable');
  const texts = rows.map(
    (row) => `${row.requirement}, ${row.scenario}, ${row.case}: ${row.reason}`,
  );
  return listOf('Not asked here', [...new Set(texts)]);
}

/** What rests on somebody's word instead of an observation. */
function declaredOf({ plan }: Report): readonly string[] {
  return (plan?.declarations ?? []).map(({ requirement, statement, by, on, document }) => {
    const rests = document === null ? '' : ` (${document.name}, SHA-256 ${document.sha256})`;
    return `${requirement}: ${statement}, ${by} on ${on}${rests}`;
  });
}

function listOf(title: string, texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : [title, ...texts.map((text) => `  ${text}`)];
}

const SAFE: Readonly<Record<Judgement['rigSafe'], readonly [colour: Colour, text: string]>> = {
  verified: ['green', 'verified'],
  'not energised': ['green', 'was never energised'],
  unverified: ['red', 'UNVERIFIED: commanded, nothing shows whether it happened'],
  UNSAFE: ['red', 'NO: the safe state could not be verified'],
  unknown: ['red', 'UNKNOWN: treat the bench as live'],
};

function footerOf(report: Report, paint: Paint): readonly string[] {
  const { counts, requirements, judgement, interrupted } = report;
  const words = VERDICT_WORDS.filter((word) => counts[word] > 0);
  const tally = words.map((word) => paint(COLOURS[word], `${counts[word]} ${word}`)).join(', ');
  const [colour, safe] = SAFE[judgement.rigSafe];
  return [
    `Verdicts: ${tally === '' ? 'none: nothing was decided' : tally}`,
    `Requirements decided: ${requirements.decided} of ${requirements.covered}`,
    `Rig safe at the end: ${paint(colour, safe)}`,
    ...(interrupted === null ? [] : [paint('yellow', `Interrupted: ${interrupted}`)]),
    `Exit code: ${judgement.exitCode}`,
  ];
}
