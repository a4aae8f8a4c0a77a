import type { Judgement, VerdictWord } from './verdict.ts';

/** What the exit code of a judgement depends on. */
export interface Outcome {
  readonly rigSafe: Judgement['rigSafe'];
  readonly harnessError: boolean;
  /** Somebody or something ended the run before it was through. */
  readonly aborted: boolean;
  readonly words: readonly VerdictWord[];
}

const DECIDED: readonly VerdictWord[] = ['pass', 'conditional pass', 'conditional fail', 'fail'];

/**
 * The rows of the table in ARCHITECTURE.md that a journal can decide, in order of precedence; the
 * first that holds gives the code. Files (3) and rig (4) are told where they arise.
 */
const PRECEDENCE: readonly { readonly code: number; holds(outcome: Outcome): boolean }[] = [
  // A bench of which nobody knows is as live as one that is known not to be safe.
  { code: 7, holds: ({ rigSafe }) => rigSafe !== 'verified' && rigSafe !== 'not energised' },
  { code: 5, holds: ({ harnessError, words }) => harnessError || words.includes('error') },
  { code: 130, holds: ({ aborted, words }) => aborted || words.includes('aborted') },
  { code: 6, holds: ({ words }) => words.includes('invalid') },
  { code: 1, holds: ({ words }) => words.includes('fail') || words.includes('conditional fail') },
  { code: 2, holds: ({ words }) => words.includes('inconclusive') || !words.some(isDecided) },
];

/** The exit code of a run; 0 only when something was decided and all of it passed. */
export function exitCodeOf(outcome: Outcome): number {
  return PRECEDENCE.find((row) => row.holds(outcome))?.code ?? 0;
}

/** Whether a verdict says something about the device under test. */
export function isDecided(word: VerdictWord): boolean {
  return DECIDED.includes(word);
}
