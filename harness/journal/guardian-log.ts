import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardianEntry } from '../../rigs/port/guardian-entry.ts';
import { sha256 } from './hash.ts';
import { list, nullable, number, object, oneOf, type Shape, tagged, text } from './shape.ts';

export const GUARDIAN_LOG_NAME = 'guardian.ndjson';

const step = object({
  name: text,
  outcome: oneOf('done', 'failed', 'unverified'),
  detail: text,
  afterNs: number,
});

const BODIES: Readonly<Record<GuardianEntry['kind'], Shape>> = {
  'guardian-opened': object({ run: text, rig: text, silenceNs: number, deadMan: text }),
  'made-safe': object({
    cause: text,
    runner: nullable(object({ seq: number, sha256: text })),
    steps: list(step),
    outcome: oneOf('verified', 'unverified', 'failed'),
  }),
  refused: object({ what: text, why: text }),
  'guardian-closed': object({ rigSafe: text }),
};

const PLACE = object({ seq: number, monotonicNs: number, wall: text, fence: number, prev: text });
const BODY = tagged('kind', BODIES);
const ENTRY: Shape = (value, path) => PLACE(value, path) ?? BODY(value, path);

/** What the guardian of a run wrote; a last line that is not whole, and what is no entry, is left out. */
export function readGuardianLog(folder: string): readonly GuardianEntry[] {
  return wholeLines(folder).flatMap((line) => {
    const entry = entryOf(line);
    return typeof entry === 'string' ? [] : [entry];
  });
}

/** What is wrong in a guardian's log: a line of its own chain, or one about the runner's journal. */
export interface GuardianLogProblem {
  readonly line: number;
  readonly what: string;
}

/**
 * Checks a guardian's log against itself and against the runner's journal: the first line continues a
 * line of the journal, and what it says of the runner's last line must be true.
 */
export function verifyGuardianLog(folder: string, journal: string): readonly GuardianLogProblem[] {
  if (!existsSync(join(folder, GUARDIAN_LOG_NAME))) return [];
  const runner = journal
    .split('\n')
    .slice(0, -1)
    .map((line) => sha256(line));
  const problems: GuardianLogProblem[] = [];
  let prev: string | null = null;
  for (const [index, line] of wholeLines(folder).entries()) {
    const entry = entryOf(line);
    const tell = (what: string): unknown => problems.push({ line: index + 1, what });
    if (typeof entry === 'string') tell(entry);
    else {
      if (prev === null && !runner.includes(entry.prev) && !/^0+$/.test(entry.prev)) {
        tell('it continues no line of the runner’s journal');
      }
      if (prev !== null && entry.prev !== prev) tell('the line before it was changed');
      if (entry.seq !== index + 1) tell(`wrong seq: ${entry.seq} where ${index + 1} belongs`);
      if (entry.kind === 'made-safe' && entry.runner !== null) {
        const { seq, sha256: said } = entry.runner;
        if (runner[seq - 1] !== said) tell(`line ${seq} of the runner’s journal is not as it was`);
      }
    }
    prev = sha256(line);
  }
  return problems;
}

function wholeLines(folder: string): readonly string[] {
  const path = join(folder, GUARDIAN_LOG_NAME);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

function entryOf(line: string): GuardianEntry | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  return ENTRY(value, '') ?? (value as GuardianEntry);
}
