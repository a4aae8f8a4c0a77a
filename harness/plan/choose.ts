import type { InapplicableCase, PlannedCase } from './plan.ts';

/** Keys that a refusal lists at most: enough to see how they are written. */
const LISTED = 12;

/** The cases whose key contains the text, or fits the glob as a whole. */
export function choose<T extends PlannedCase | InapplicableCase>(
  cases: readonly T[],
  pattern: string,
): readonly T[] {
  const isMeant = keyMatcher(pattern);
  return cases.filter((one) => isMeant(keyOfCase(one)));
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
export function noneChosen(pattern: string, keys: readonly string[]): string {
  const more = keys.length - LISTED;
  const listed = keys.slice(0, LISTED).map((key) => `\n  ${key}`);
  return `--case ${pattern}: no case is called so; there are:${listed.join('')}${more > 0 ? `\n  and ${more} more` : ''}`;
}
