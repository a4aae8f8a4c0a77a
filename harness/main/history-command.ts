import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../devices/domain/error-text.ts';
import { compareRuns, unlikeness } from '../../reports/history/compare.ts';
import { type History, openHistory } from '../../reports/history/store.ts';
import { comparisonText, historyText, trendText } from '../../reports/history/text.ts';
import { type Trend, trendsOf } from '../../reports/history/trend.ts';
import { renderRun } from '../../reports/write.ts';
import { DamagedRunError, JOURNAL_NAME } from '../journal/damage.ts';
import { sha256 } from '../journal/hash.ts';
import { EXIT, Refusal } from './exit.ts';

const HISTORY_NAME = 'history.sqlite';

type Print = (text: string) => void;

export interface HistoryFlags {
  readonly runs: string;
  readonly last: number;
  readonly measurement?: string;
  readonly case?: string;
  readonly json: boolean;
}

/** Tells what became of the runs of a folder. @returns 0, or 1 when the newest answer to a question is a regression */
export function historyCommand(flags: HistoryFlags, print: Print): number {
  const history = openAt(flags.runs);
  try {
    const passedOver = takeIn(history, flags.runs);
    const trends = trendsOf(history.verdicts(), flags.last).filter((one) => isChosen(one, flags));
    const runs = history.runs();
    if (flags.json) print(JSON.stringify({ runs, trends, passedOver }, null, 2));
    else if (flags.measurement === undefined) print(historyText(runs, trends));
    else print(trendText(trends));
    if (!flags.json) for (const one of passedOver) print(`passed over: ${one}`);
    return trends.some(({ transition }) => transition === 'regressed') ? EXIT.failed : EXIT.ok;
  } finally {
    history.close();
  }
}

/** Lays two runs beside each other. @returns 0, or 1 when the second is worse in any verdict */
export function compareCommand(
  before: string,
  after: string,
  flags: { readonly json: boolean },
  print: Print,
): number {
  const [first, second] = [before, after].map((folder) => {
    if (existsSync(path.join(folder, JOURNAL_NAME))) return renderRun(folder).report;
    throw new Refusal(EXIT.file, `${folder} is no folder of a run: there is no ${JOURNAL_NAME}`);
  });
  const compared = compareRuns(first?.judgement.verdicts ?? [], second?.judgement.verdicts ?? []);
  const unlike = unlikeness(first?.plan ?? null, second?.plan ?? null);
  print(
    flags.json ? JSON.stringify({ unlike, compared }, null, 2) : comparisonText(unlike, compared),
  );
  return compared.some(({ transition }) => transition === 'regressed') ? EXIT.failed : EXIT.ok;
}

function openAt(runs: string): History {
  if (!existsSync(runs)) throw new Refusal(EXIT.file, `${runs}: there is no such folder of runs`);
  const file = path.join(runs, HISTORY_NAME);
  try {
    return openHistory(file);
  } catch (error) {
    throw new Refusal(EXIT.file, `${file} cannot be opened: ${messageOf(error)}`);
  }
}

/** Judges what is new or has changed. @returns folders that could not be judged, each with why */
function takeIn(history: History, runs: string): readonly string[] {
  const folders = readdirSync(runs, { withFileTypes: true })
    .filter((item) => item.isDirectory() && existsSync(path.join(runs, item.name, JOURNAL_NAME)))
    .map(({ name }) => name);
  history.keepOnly(folders);
  return folders.flatMap((folder) => {
    const place = path.join(runs, folder);
    const journalSha256 = sha256(readFileSync(path.join(place, JOURNAL_NAME)));
    if (history.has(folder, journalSha256)) return [];
    try {
      const { report, judgement } = renderRun(place);
      const run = {
        folder,
        journalSha256,
        startedAt: startOf(place) ?? report.startedAt ?? '',
        runId: report.runId ?? '',
        title: report.plan?.title ?? '',
        exitCode: judgement.exitCode,
        defect: report.plan?.defect ?? null,
      };
      history.put(run, judgement.verdicts);
      return [];
    } catch (error) {
      if (!(error instanceof DamagedRunError)) throw error;
      return [`${folder}: ${error.message}`];
    }
  });
}

/** When it really began: a journal of simulated time does not know. */
function startOf(folder: string): string | undefined {
  try {
    const text = readFileSync(path.join(folder, 'environment.json'), 'utf8');
    const { startedAt } = JSON.parse(text) as { readonly startedAt?: unknown };
    return typeof startedAt === 'string' ? startedAt : undefined;
  } catch {
    // It stands beside the journal and vouches for nothing; the run is told without it.
    return undefined;
  }
}

function isChosen(
  { scenario, case: name, points }: Trend,
  { measurement, case: part }: HistoryFlags,
): boolean {
  if (part !== undefined && !`${scenario}#${name}`.includes(part)) return false;
  return measurement === undefined || points.some(({ measured }) => measured?.name === measurement);
}
