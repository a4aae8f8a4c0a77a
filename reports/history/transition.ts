import type { Verdict, VerdictWord } from '../../harness/verdict/verdict.ts';

/** How the newest verdict of a question stands to those before it. */
export type Transition = 'new' | 'same' | 'fixed' | 'regressed' | 'flaky';

/** What makes two verdicts of different runs answers to the same question. */
export function questionKey({
  scenario,
  case: name,
  bench,
  requirement,
}: Pick<Verdict, 'scenario' | 'case' | 'bench' | 'requirement'>): string {
  return JSON.stringify([scenario, name, bench, requirement]);
}

/**
 * Reads the words of one question, oldest first. A word that decides nothing (inapplicable,
 * inconclusive, aborted ...) neither passes nor fails and is left out. One change is a change: the
 * device was mended, or broke. Two or more within the words given are no news but a habit: flaky.
 */
export function transitionOf(words: readonly VerdictWord[]): Transition {
  const passes = words.flatMap((word) => passed(word) ?? []);
  const flips = passes.filter((pass, place) => place > 0 && pass !== passes[place - 1]).length;
  if (passes.length < 2) return words.length < 2 ? 'new' : 'same';
  if (flips > 1) return 'flaky';
  const [before, newest] = passes.slice(-2);
  if (before === newest) return 'same';
  return newest === true ? 'fixed' : 'regressed';
}

/** Whether a word is a pass or a failure; null for what decided nothing. */
export function passed(word: VerdictWord): boolean | null {
  switch (word) {
    case 'pass':
    case 'conditional pass':
      return true;
    case 'fail':
    case 'conditional fail':
      return false;
    case 'inapplicable':
    case 'inconclusive':
    case 'invalid':
    case 'aborted':
    case 'error':
      return null;
  }
}
