import type { GuardianEntry } from '../../rigs/port/guardian-entry.ts';
import type { Entry } from '../journal/entry.ts';
import type { Judgement } from './verdict.ts';

/**
 * Whether the bench was left safe, by the journal and the guardian's log alone. What the run says at
 * its end counts only as far as its own undos do not contradict it. A journal without an end knows
 * less: a case that was energised is safe only if its undos were verified and the case was closed
 * after them, or if the guardian took the bench back and saw that it was dead.
 */
export function rigSafeOf(
  entries: readonly Entry[],
  guardian: readonly GuardianEntry[] = [],
): Judgement['rigSafe'] {
  if (entries.some((entry) => entry.kind === 'undone' && entry.outcome === 'failed'))
    return 'UNSAFE';
  const taken = guardian.findLast((entry) => entry.kind === 'made-safe');
  if (taken?.kind === 'made-safe' && taken.outcome === 'failed') return 'UNSAFE';
  const end = entries.findLast((entry) => entry.kind === 'run-closed');
  if (end?.kind === 'run-closed') return end.rigSafe;
  const energised = new Set(
    entries.flatMap((entry) => (entry.kind === 'energised' ? [entry.case] : [])),
  );
  if (energised.size === 0 && guardian.length === 0) return 'not energised';
  if ([...energised].every((key) => wasTakenBack(entries, key)) && energised.size > 0)
    return 'verified';
  // The guardian has the last word on what the runner could not write any more.
  if (taken?.kind === 'made-safe') return taken.outcome === 'verified' ? 'verified' : 'unknown';
  return energised.size === 0 ? 'not energised' : 'unknown';
}

function wasTakenBack(entries: readonly Entry[], key: string): boolean {
  const own = entries.filter((entry) => 'case' in entry && entry.case === key);
  const last = own.findLastIndex(({ kind }) => kind === 'energised');
  const after = own.slice(last + 1);
  return (
    after.some(({ kind }) => kind === 'undone') && after.some(({ kind }) => kind === 'case-closed')
  );
}
