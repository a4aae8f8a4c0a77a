import type { PastVerdict } from './store.ts';
import { questionKey, type Transition, transitionOf } from './transition.ts';

/** What one question came to over the runs, oldest first. */
export interface Trend {
  readonly scenario: string;
  readonly case: string;
  readonly bench: string;
  readonly requirement: string;
  readonly transition: Transition;
  readonly points: readonly PastVerdict[];
}

/**
 * The trends of all questions, in the order in which they were first asked.
 * @param verdicts oldest run first
 * @param runs how many of the newest answers to a question count
 */
export function trendsOf(verdicts: readonly PastVerdict[], runs: number): readonly Trend[] {
  const questions = Map.groupBy(verdicts, questionKey);
  return [...questions.values()].flatMap((all) => {
    const points = all.slice(-runs);
    const [first] = points;
    if (first === undefined) return [];
    const { scenario, case: name, bench, requirement } = first;
    const transition = transitionOf(points.map(({ verdict }) => verdict));
    return [{ scenario, case: name, bench, requirement, transition, points }];
  });
}
