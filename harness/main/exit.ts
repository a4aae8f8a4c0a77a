import { formatMistakes, type Mistake } from '../document/mistake.ts';

/** Exit codes that are settled before a run has verdicts (ARCHITECTURE: verdicts). */
export const EXIT = {
  ok: 0,
  failed: 1,
  file: 3,
  rigRefused: 4,
  harness: 5,
  invalid: 6,
  aborted: 130,
} as const;

/** What ends a command with a text for its user and a code for its caller; not our own fault. */
export class Refusal extends Error {
  readonly exitCode: number;
  constructor(exitCode: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.exitCode = exitCode;
  }
}

/** A file that a person wrote is wrong; every mistake is told. */
export function refuseMistakes(mistakes: readonly Mistake[]): Refusal {
  return new Refusal(EXIT.file, `${formatMistakes(mistakes)}; nothing was touched`);
}
