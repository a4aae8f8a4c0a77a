import type { InapplicableCase, PlannedCase } from './plan.ts';

/** Keys that a refusal lists at most: enough to see how they are written. */
const LISTED = 12;

/** Text in the keys of cases, or a glob that they fit as a whole; or the keys themselves. */
export type Choice = string | ReadonlySet<string>;

/** The cases that are meant. */
export function choose<T extends PlannedCase | InapplicableCase>(
  cases: readonly T[],
  choice: Choice,
): readonly T[] {
  const isMeant =
    typeof choice === 'string' ? keyMatcher(choice) : (key: string) => choice.has(key);
  return cases.filter((one) => isMeant(keyOfCase(one)));
}

/** A choice as a plan tells it. */
export function choiceText(choice: Choice): string {
  return typeof choice === 'string' ? choice : [...choice].sort().join(', ');
}

function keyMatcher(pattern: string): (key: string) => boolean {
  if (!/[*?]/.test(pattern)) return (key) => key.includes(pattern);
  const literal = pattern.replace(/[\\^$.|+()[\]{}]/g, String.raw`\$&`);
  const glob = new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
  return (key) => glob.test(key);
}

/** A case, put or not, under the name by which it is chosen. */
export function keyOfCase(one: PlannedCase | InapplicableCase): string {
  if ('key' in one) return one.key;
  return one.case === null ? one.scenario : `${one.scenario}#${one.case}`;
}

/** What is said when no case is meant, with some of those that there are. */
export function noneChosen(choice: Choice, keys: readonly string[]): string {
  const more = keys.length - LISTED;
  const listed = keys.slice(0, LISTED).map((key) => `\n  ${key}`);
  return `--case ${choiceText(choice)}: no case is called so; there are:${listed.join('')}${more > 0 ? `\n  and ${more} more` : ''}`;
}
