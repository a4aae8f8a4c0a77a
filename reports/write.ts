import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOURNAL_NAME } from '../harness/journal/damage.ts';
import type { Entry } from '../harness/journal/entry.ts';
import { readGuardianLog } from '../harness/journal/guardian-log.ts';
import { readManifest, writeManifest } from '../harness/journal/manifest.ts';
import { readJournal } from '../harness/journal/reader.ts';
import { verifyJournal } from '../harness/journal/verify.ts';
import type { GuardianEntry } from '../rigs/port/guardian-entry.ts';
import type { Judgement } from '../harness/verdict/verdict.ts';
import { renderHtml } from './html/page.ts';
import { TRACE_FILE } from './html/trace/section.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMeasurements } from './measurements-csv.ts';
import { reportOf } from './report.ts';
import type { Report, ReportOptions } from './report.ts';
import { renderText } from './text.ts';

/** The reports of a run as texts, with what they were made from. */
export interface RenderedReports {
  readonly judgement: Judgement;
  readonly report: Report;
  /** report.json */
  readonly json: string;
  /** junit.xml */
  readonly junit: string;
  /** report.txt */
  readonly text: string;
  /** report.html */
  readonly html: string;
  /** trace.html, for traces that report.html has no room for; null when it has. */
  readonly trace: string | null;
  /** measurements.csv */
  readonly measurements: string;
}

/** Judges a journal and renders its reports: the same entries give the same texts. */
export function renderReports(
  entries: readonly Entry[],
  options: ReportOptions = {},
): RenderedReports {
  const report = reportOf(entries, options);
  return {
    judgement: report.judgement,
    report,
    json: renderJson(report),
    junit: renderJunit(report),
    text: renderText(report),
    ...renderHtml({ report, entries, chain: options.chain ?? null }),
    measurements: renderMeasurements(report, entries),
  };
}

/**
 * Judges the text of a journal as it stands on the disk; damage to its chain is told in the reports.
 * @throws DamagedRunError (DamagedJournalError, JournalPlanError) when it cannot be judged
 */
export function renderJournal(
  text: string,
  guardian: readonly GuardianEntry[] = [],
): RenderedReports {
  const { entries, torn } = readJournal(text);
  return renderReports(entries, { torn, chain: verifyJournal(text), guardian });
}

/** Judges what stands in the folder of a run: the journal, and the guardian's log beside it. */
export function renderRun(folder: string): RenderedReports {
  const text = readFileSync(join(folder, JOURNAL_NAME), 'utf8');
  return renderJournal(text, readGuardianLog(folder));
}

/**
 * Reads the journal of a run's folder, judges it, and writes report.html, report.json, junit.xml,
 * report.txt, measurements.csv and manifest.json beside it.
 * @param madeBy the run at its end, or a report later, which cannot vouch for what it finds
 * @throws DamagedRunError when the journal, its plan or the manifest cannot be read; nothing is
 *   written then
 */
export function writeReports(
  folder: string,
  madeBy: 'run' | 'report' = 'run',
): Judgement & { readonly report: Report } {
  readManifest(folder);
  const rendered = renderRun(folder);
  const files = {
    'report.json': rendered.json,
    'junit.xml': rendered.junit,
    'report.txt': rendered.text,
    'report.html': rendered.html,
    'measurements.csv': rendered.measurements,
    ...(rendered.trace === null ? {} : { [TRACE_FILE]: rendered.trace }),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  writeManifest(folder, Object.keys(files), madeBy);
  return { ...rendered.judgement, report: rendered.report };
}
