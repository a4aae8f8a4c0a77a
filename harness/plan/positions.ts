import type { InapplicableCase, PlannedCase } from './plan.ts';

/**
 * A bench with several sockets asks each of them the same. Cases at a socket other than the rig's
 * first carry its id in their keys, so that a case at the first one is the same in a lot and alone,
 * and a case at another socket too: its seed comes from its key.
 */

/** The same case or refusal, as one of a named socket. */
export function atPosition<T extends PlannedCase | InapplicableCase>(one: T, position: string): T {
  if ('key' in one) {
    return { ...one, key: tagged(one.key, position), name: tagged(one.name, position), position };
  }
  const name = one.case === null ? null : tagged(one.case, position);
  return { ...one, case: name, reason: `position ${position}: ${one.reason}` };
}

function tagged(text: string, position: string): string {
  return `${text}@${position}`;
}
