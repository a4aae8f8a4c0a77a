import type { RigSafe } from '../journal/entry.ts';
import type { Undone } from './undo-stack.ts';

/** What a run leaves behind: whether the bench is safe, and by what that was seen. */
export interface RunEnd {
  readonly rigSafe: RigSafe;
  readonly detail: string;
}

export const NOT_ENERGISED: RunEnd = { rigSafe: 'not energised', detail: 'nothing was energised' };
/** The worst of all cases is that of the run. */
const SEVERITY: readonly RigSafe[] = ['not energised', 'verified', 'unverified', 'UNSAFE'];

/** What the undos of a case came to. */
export interface TakenBack {
  readonly outcome: Undone['outcome'];
  readonly detail: string;
}

const SAFE_BY = {
  verified: 'verified',
  unverified: 'unverified',
  failed: 'UNSAFE',
} as const satisfies Record<Undone['outcome'], RigSafe>;

/** What a case that was energised comes to. */
export function endOf({ outcome, detail }: TakenBack): RunEnd {
  return { rigSafe: SAFE_BY[outcome], detail };
}

/** The worse of two; the later one where they are alike. */
export function worseOf(end: RunEnd, next: RunEnd): RunEnd {
  return SEVERITY.indexOf(next.rigSafe) >= SEVERITY.indexOf(end.rigSafe) ? next : end;
}
