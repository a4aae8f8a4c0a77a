import type { Entry } from '../journal/entry.ts';
import type { Judgement } from './verdict.ts';

/**
 * Whether the bench was left safe, by the journal alone. What the run says at its end counts only
 * as far as its own undos do not contradict it. A journal without an end knows less: a case that
 * was energised is safe only if its undos were verified and the case was closed after them.
 */
export function rigSafeOf(entries: readonly Entry[]): Judgement['rigSafe'] {
  if (entries.some((entry) => entry.kind === 'undone' && entry.outcome === 'failed'))
    return 'UNSAFE';
  const end = entries.findLast((entry) => entry.kind === 'run-closed');
  if (end?.kind === 'run-closed') return end.rigSafe;
  const energised = new Set(
    entries.flatMap((entry) => (entry.kind === 'energised' ? [entry.case] : [])),
  );
  if (energised.size === 0) return 'not energised';
  return [...energised].every((key) => wasTakenBack(entries, key)) ? 'verified' : 'unknown';
}

function wasTakenBack(entries: readonly Entry[], key: string): boolean {
  const own = entries.filter((entry) => 'case' in entry && entry.case === key);
  const last = own.findLastIndex(({ kind }) => kind === 'energised');
  const after = own.slice(last + 1);
  return (
    after.some(({ kind }) => kind === 'undone') && after.some(({ kind }) => kind === 'case-closed')
  );
}
