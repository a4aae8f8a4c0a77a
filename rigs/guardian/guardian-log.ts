import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { GuardianEntry, GuardianEntryBody } from '../port/guardian-entry.ts';

const GUARDIAN_LOG = 'guardian.ndjson';
const RUNNER_LOG = 'journal.ndjson';
const NO_LINE_BEFORE = '0'.repeat(64);

/** The runner's last whole line, as a guardian finds it. */
export interface RunnerLine {
  readonly seq: number;
  readonly sha256: string;
}

/**
 * The guardian's own journal in the folder of a run. Each line carries the SHA-256 of the one before,
 * the first that of the runner's last line then, so that neither journal can be cut unseen.
 */
export class GuardianLog {
  readonly #folder: string;
  readonly #file: number;
  readonly #fence: number;
  #seq = 0;
  #prev: string;

  constructor(folder: string, fence: number) {
    this.#folder = folder;
    this.#fence = fence;
    this.#file = openSync(path.join(folder, GUARDIAN_LOG), 'ax');
    this.#prev = this.runnerLine()?.sha256 ?? NO_LINE_BEFORE;
  }

  /** Writes a line; it is on the disk when this returns, except where the disk refuses. */
  write(body: GuardianEntryBody): void {
    const entry: GuardianEntry = {
      ...body,
      seq: ++this.#seq,
      monotonicNs: Number(process.hrtime.bigint()),
      wall: new Date().toISOString(),
      fence: this.#fence,
      prev: this.#prev,
    };
    const line = JSON.stringify(entry);
    this.#prev = sha256(line);
    writeSync(this.#file, `${line}\n`);
    fsyncSync(this.#file);
  }

  /** The runner's last whole line; null when it has none yet. */
  runnerLine(): RunnerLine | null {
    const lines = this.#runnerLines();
    const last = lines.at(-1);
    return last === undefined ? null : { seq: lines.length, sha256: sha256(last) };
  }

  close(): void {
    closeSync(this.#file);
  }

  #runnerLines(): readonly string[] {
    try {
      const text = readFileSync(path.join(this.#folder, RUNNER_LOG), 'utf8');
      return text.split('\n').slice(0, -1);
    } catch {
      return [];
    }
  }
}

function sha256(line: string): string {
  return createHash('sha256').update(line, 'utf8').digest('hex');
}
