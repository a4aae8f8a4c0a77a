export const JOURNAL_NAME = 'journal.ndjson';

/** The folder of a run of which a file cannot be read as what it must be. Not our own fault. */
export class DamagedRunError extends Error {
  readonly file: string;
  /** 1-based; null when the file as a whole is meant. */
  readonly line: number | null;
  constructor(file: string, line: number | null, what: string, options?: ErrorOptions) {
    super(`${file}${line === null ? '' : ` line ${line}`}: ${what}`, options);
    this.name = 'DamagedRunError';
    this.file = file;
    this.line = line;
  }
}
