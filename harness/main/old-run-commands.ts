import { messageOf } from '../../devices/domain/error-text.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { renderRun, writeReports } from '../../reports/write.ts';
import { verifyJournal } from '../journal/verify.ts';
import { verifyRun } from '../journal/verify-run.ts';
import { EXIT, Refusal } from './exit.ts';

const INCONCLUSIVE = 2;

type Print = (text: string) => void;

/** Judges a run again without writing anything. @returns the exit code of the judgement */
export function judgeCommand(
  folder: string,
  flags: { readonly json: boolean },
  print: Print,
): number {
  const journal = journalOf(folder);
  const { judgement, json, text } = renderRun(folder);
  print((flags.json ? json : text).trimEnd());
  return believed(judgement.exitCode, journal);
}

/** Writes the reports anew. @returns the exit code of the judgement */
export function reportCommand(folder: string, print: Print): number {
  const journal = journalOf(folder);
  const judgement = writeReports(folder, 'report');
  print(readFileSync(path.join(folder, 'report.txt'), 'utf8'));
  return believed(judgement.exitCode, journal);
}

/** Verdicts over a journal that somebody changed are shown, and never a pass: the file is wrong. */
function believed(exitCode: number, journal: string): number {
  const isSettled = exitCode === EXIT.ok || exitCode === EXIT.failed || exitCode === INCONCLUSIVE;
  return isSettled && !verifyJournal(journal).ok ? EXIT.file : exitCode;
}

/** Checks every byte that the run vouches for. @returns 0 when nothing has changed, else 1 */
export function verifyCommand(folder: string, print: Print): number {
  journalOf(folder);
  const { ok, problems } = verifyRun(folder);
  for (const { file, line, what } of problems) {
    print(`${file}${line === null ? '' : `:${line}`}: ${what}`);
  }
  if (ok) print(`${folder}: every byte is as it was written`);
  return ok ? EXIT.ok : EXIT.failed;
}

function journalOf(folder: string): string {
  try {
    return readFileSync(path.join(folder, 'journal.ndjson'), 'utf8');
  } catch (error) {
    const what = messageOf(error);
    throw new Refusal(EXIT.file, `${folder} is no folder of a run: ${what}`);
  }
}
