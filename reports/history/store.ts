/** What became of the runs of a folder, in SQLite beside them: made anew from the journals at any time. */
import { DatabaseSync } from 'node:sqlite';
import type { LimitValue, MeasuredValue, Verdict } from '../../harness/verdict/verdict.ts';

/** One run as the history lists it. */
export interface PastRun {
  /** Name of its folder. */
  readonly folder: string;
  /** Hash of its journal: another journal under the same name is another run. */
  readonly journalSha256: string;
  /** Wall time at which it really began, ISO 8601; runs are in this order. */
  readonly startedAt: string;
  readonly runId: string;
  readonly title: string;
  readonly exitCode: number;
  readonly defect: string | null;
}

/** A verdict of a past run, without its reasons: these stand in the run's own report. */
export type PastVerdict = Pick<
  Verdict,
  'scenario' | 'case' | 'bench' | 'requirement' | 'verdict' | 'measured' | 'limit' | 'margin'
> & { readonly folder: string; readonly startedAt: string };

export interface History {
  has(folder: string, journalSha256: string): boolean;
  /** Takes a run in; one of the same folder is replaced. */
  put(run: PastRun, verdicts: readonly Verdict[]): void;
  /** Forgets runs whose folders are no longer there. */
  keepOnly(folders: readonly string[]): void;
  /** Oldest first. */
  runs(): readonly PastRun[];
  /** Oldest run first, each in the order in which it was judged. */
  verdicts(): readonly PastVerdict[];
  close(): void;
}

/** Raised when a table changes its meaning: an older database is made anew, it holds nothing of its own. */
const FORMAT = 1;

const TABLES = `
  CREATE TABLE IF NOT EXISTS runs (
    folder TEXT PRIMARY KEY, journal_sha256 TEXT NOT NULL, started_at TEXT NOT NULL, run_id TEXT NOT NULL,
    title TEXT NOT NULL, exit_code INTEGER NOT NULL, defect TEXT);
  CREATE TABLE IF NOT EXISTS verdicts (
    folder TEXT NOT NULL REFERENCES runs (folder) ON DELETE CASCADE, place INTEGER NOT NULL,
    scenario TEXT NOT NULL, "case" TEXT NOT NULL, bench TEXT NOT NULL, requirement TEXT NOT NULL,
    verdict TEXT NOT NULL, measured TEXT, "limit" TEXT, margin REAL, PRIMARY KEY (folder, place));`;

/**
 * Opens the database of a folder of runs, or makes it.
 * @param path a file, or ':memory:'
 * @throws Error of SQLite when the file is none of its databases
 */
export function openHistory(path: string): History {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec('PRAGMA foreign_keys = ON');
  if (database.prepare('PRAGMA user_version').get()?.['user_version'] !== FORMAT) {
    database.exec('DROP TABLE IF EXISTS verdicts; DROP TABLE IF EXISTS runs');
    database.exec(`PRAGMA user_version = ${FORMAT}`);
  }
  database.exec(TABLES);
  return historyOver(database);
}

function historyOver(database: DatabaseSync): History {
  const found = database.prepare('SELECT 1 FROM runs WHERE folder = ? AND journal_sha256 = ?');
  const remove = database.prepare('DELETE FROM runs WHERE folder = ?');
  const addRun = database.prepare('INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)');
  const addVerdict = database.prepare('INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const runs = (): readonly PastRun[] =>
    database.prepare(SELECT_RUNS).all() as unknown as readonly PastRun[];
  return {
    has: (folder, journalSha256) => found.get(folder, journalSha256) !== undefined,
    put(run, verdicts) {
      const { folder, journalSha256, startedAt, runId, title, exitCode, defect } = run;
      database.exec('BEGIN');
      remove.run(folder);
      addRun.run(folder, journalSha256, startedAt, runId, title, exitCode, defect);
      for (const [place, one] of verdicts.entries()) {
        const { scenario, case: name, bench, requirement, verdict, measured, limit, margin } = one;
        const texts = [measured, limit].map((part) =>
          part === null ? null : JSON.stringify(part),
        );
        const [measuredText = null, limitText = null] = texts;
        addVerdict.run(
          ...([folder, place, scenario, name, bench, requirement, verdict] as const),
          ...([measuredText, limitText, margin] as const),
        );
      }
      database.exec('COMMIT');
    },
    keepOnly(folders) {
      const kept = new Set(folders);
      for (const { folder } of runs()) if (!kept.has(folder)) remove.run(folder);
    },
    runs,
    verdicts: () => database.prepare(SELECT_VERDICTS).all().map(verdictOf),
    close: () => database.close(),
  };
}

const SELECT_RUNS = `SELECT folder, journal_sha256 AS journalSha256, started_at AS startedAt, run_id AS runId,
  title, exit_code AS exitCode, defect FROM runs ORDER BY started_at, folder`;
const SELECT_VERDICTS = `SELECT v.*, started_at FROM verdicts v JOIN runs r ON r.folder = v.folder
  ORDER BY started_at, v.folder, place`;

function verdictOf(row: Readonly<Record<string, unknown>>): PastVerdict {
  const parsed = (name: string): unknown =>
    typeof row[name] === 'string' ? JSON.parse(row[name]) : null;
  return {
    ...(row as unknown as Omit<PastVerdict, 'measured' | 'limit' | 'startedAt'>),
    startedAt: String(row['started_at']),
    measured: parsed('measured') as MeasuredValue | null,
    limit: parsed('limit') as LimitValue | null,
  };
}
