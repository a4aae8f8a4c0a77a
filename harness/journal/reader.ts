import { DamagedRunError, JOURNAL_NAME } from './damage.ts';
import { entryShape } from './entry-shape.ts';
import type { Entry } from './entry.ts';

/** Where and how a journal ends in the middle of a line. */
export interface Torn {
  /** 1-based number of the line that is not whole. */
  readonly line: number;
  readonly what: string;
}

export interface ReadJournal {
  readonly entries: readonly Entry[];
  readonly torn: Torn | null;
}

/** A journal of which a line before the last is no entry: not the mark of a crash, but damage. */
export class DamagedJournalError extends DamagedRunError {
  constructor(line: number, what: string) {
    super(JOURNAL_NAME, line, what);
    this.name = 'DamagedJournalError';
  }
}

/**
 * Reads the entries of a journal. A run that was killed leaves a torn last line; that is told, and
 * the entries before it still give a report. The chain is not checked here: see verifyJournal.
 * @throws DamagedJournalError when a line before the last is not an entry
 */
export function readJournal(text: string): ReadJournal {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const entries = lines.map((line, index) => {
    const entry = parseEntry(line);
    if (typeof entry === 'string') throw new DamagedJournalError(index + 1, entry);
    return entry;
  });
  if (rest === '') return { entries, torn: null };
  const what = `ends after ${rest.length} characters without a line feed`;
  return { entries, torn: { line: lines.length + 1, what } };
}

/** One line as an entry, or what is wrong with it. */
export function parseEntry(line: string): Entry | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  return entryShape(value, '') ?? (value as Entry);
}
