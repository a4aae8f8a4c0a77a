import { NO_LINE_BEFORE, sha256 } from './hash.ts';
import { parseEntry } from './reader.ts';

export type JournalCheck =
  | { readonly ok: true; readonly lines: number }
  /** `line` is 1-based: the line in which something is wrong. */
  | { readonly ok: false; readonly line: number; readonly what: string };

/**
 * Checks that every line is an entry, that the numbers run from 1 without a hole, and that each
 * line carries the SHA-256 of the one before it. The last line is covered by no other: a change
 * within it is found by the manifest (verifyRun).
 */
export function verifyJournal(text: string): JournalCheck {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  let prev = NO_LINE_BEFORE;
  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    const entry = parseEntry(line);
    if (typeof entry === 'string') return { ok: false, line: number, what: entry };
    if (entry.prev !== prev) return brokenChain(number, entry.seq, prev, entry.prev);
    if (entry.seq !== number) {
      return { ok: false, line: number, what: `wrong seq: ${entry.seq} where ${number} belongs` };
    }
    prev = sha256(line);
  }
  if (rest !== '') {
    return {
      ok: false,
      line: lines.length + 1,
      what: `torn: ${rest.length} characters, no line feed`,
    };
  }
  if (lines.length === 0) return { ok: false, line: 1, what: 'empty: the journal has no line' };
  return { ok: true, lines: lines.length };
}

/** A line's `prev` disagrees with the line before: either lines are missing or one was changed. */
function brokenChain(number: number, seq: number, found: string, said: string): JournalCheck {
  if (seq > number) {
    return {
      ok: false,
      line: number,
      what: `missing: line ${number} is not there, seq ${seq} follows`,
    };
  }
  if (number === 1) return { ok: false, line: 1, what: `the first prev is ${said}, not 64 zeros` };
  const what = `changed: its SHA-256 is ${found}, but line ${number} says ${said}`;
  return { ok: false, line: number - 1, what };
}
