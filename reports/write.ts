import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from '../harness/journal/entry.ts';
import { writeManifest } from '../harness/journal/manifest.ts';
import { readJournal } from '../harness/journal/reader.ts';
import { JOURNAL_NAME } from '../harness/journal/verify-run.ts';
import { verifyJournal } from '../harness/journal/verify.ts';
import type { Judgement } from '../harness/verdict/verdict.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
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
  };
}

/**
 * Reads the journal of a run's folder, judges it, and writes report.json, junit.xml, report.txt and
 * manifest.json beside it.
 * @throws DamagedJournalError when a line before the last is no entry
 */
export function writeReports(folder: string): Judgement & { readonly report: Report } {
  const text = readFileSync(join(folder, JOURNAL_NAME), 'utf8');
  const { entries, torn } = readJournal(text);
  const rendered = renderReports(entries, { torn, chain: verifyJournal(text) });
  const files = {
    'report.json': rendered.json,
    'junit.xml': rendered.junit,
    'report.txt': rendered.text,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  writeManifest(folder, Object.keys(files));
  return { ...rendered.judgement, report: rendered.report };
}
