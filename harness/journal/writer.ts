import { messageOf } from '../../devices/domain/error-text.ts';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Clock } from '../../rigs/port/clock.ts';
import type { Entry, EntryBody } from './entry.ts';
import { NO_LINE_BEFORE, sha256 } from './hash.ts';
import { journalTime } from './journal-time.ts';
import type { JournalTime } from './journal-time.ts';
import { lineOf } from './line.ts';

/** The journal could not be kept; says which file and which lines cannot be relied upon. */
export class JournalError extends Error {
  readonly file: string;
  constructor(file: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JournalError';
    this.file = file;
  }
}

/**
 * Appends entries to a file, each line chained to the one before it by SHA-256. Synchronous on
 * purpose: what an entry announces may happen only after the line is written.
 */
export class JournalWriter {
  readonly path: string;
  readonly #file: number;
  #time: () => JournalTime;
  readonly #fence: number;
  #seq = 0;
  #flushedSeq = 0;
  #prev = NO_LINE_BEFORE;
  #failure: JournalError | null = null;
  #closed = false;

  /**
   * @param path a file that does not exist yet; an old journal is never overwritten
   * @param fence the rig lock's fencing number; 0 in simulated time
   * @throws JournalError when the file exists or cannot be made
   */
  constructor(path: string, time: () => JournalTime, fence = 0) {
    this.path = path;
    this.#time = time;
    this.#fence = fence;
    try {
      this.#file = openSync(path, 'ax');
    } catch (cause) {
      throw new JournalError(path, `cannot start the journal ${path}: ${messageOf(cause)}`, {
        cause,
      });
    }
  }

  /** From here on lines carry the time of this clock: each case has its own bench. */
  keepTime(clock: Clock): void {
    this.#time = () => journalTime(clock);
  }

  /**
   * Writes one line.
   * @returns the entry as written; its `seq` counts from 1 and is the line's number
   * @throws JournalError when the file system refuses; from then on every call throws it again
   */
  append(body: EntryBody): Entry {
    if (this.#failure !== null) throw this.#failure;
    const { atNs, wall } = this.#time();
    const seq = this.#seq + 1;
    const place = {
      seq,
      atNs,
      clock: 'bench',
      wall,
      fence: this.#fence,
      prev: this.#prev,
    } as const;
    const entry: Entry = { ...body, ...place };
    const line = lineOf(entry);
    this.#attempt(`write line ${seq} (${body.kind}) to`, seq, () => this.#write(`${line}\n`));
    this.#seq = seq;
    this.#prev = sha256(line);
    return entry;
  }

  /** Resolves to the disk: returns when the lines so far would survive a power cut. */
  flush(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#flushedSeq === this.#seq) return;
    this.#attempt('flush', this.#seq, () => fsyncSync(this.#file));
    this.#flushedSeq = this.#seq;
  }

  /** Flushes and closes the file, also after a failure; a second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (this.#failure === null) this.flush();
    } finally {
      closeSync(this.#file);
    }
  }

  #write(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#file, bytes, written);
    }
  }

  #attempt(what: string, lastSeq: number, act: () => void): void {
    try {
      act();
    } catch (cause) {
      const first = this.#flushedSeq + 1;
      const lost = first >= lastSeq ? `line ${lastSeq}` : `lines ${first} to ${lastSeq}`;
      this.#failure = new JournalError(
        this.path,
        `cannot ${what} the journal ${this.path}: ${messageOf(cause)}; ${lost} may be lost, ` +
          `lines up to ${this.#flushedSeq} are on the disk, nothing after this is recorded`,
        { cause },
      );
      throw this.#failure;
    }
  }
}
