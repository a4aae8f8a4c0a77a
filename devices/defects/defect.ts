import type { HeadEndRules } from '../head-end/rules/index.ts';
import type { MeterRules } from '../meter/rules/index.ts';

/**
 * What a link does to datagrams, each in how many; exactly one of each so many. One that is reordered
 * is held back until the next of its meter has passed.
 */
export interface LinkDefect {
  readonly dropOneIn?: number;
  readonly duplicateOneIn?: number;
  readonly reorderOneIn?: number;
  readonly spoilOneIn?: number;
}

/**
 * One fault, switched on to see whether the verdicts can turn. It replaces rules of the simulated
 * meter or of the reference head-end, wraps the link between them, or blinds the harness. With it on,
 * every requirement in `mustTurn` fails, those in `mayTurn` may, no other does; those in `mustBlind`
 * can be decided neither way, and the harness takes the blame.
 * A foreign file (`--defect ./mine.ts`) exports one as its default.
 */
export interface Defect {
  readonly id: string;
  readonly title: string;
  readonly mustTurn: readonly string[];
  readonly mayTurn: readonly string[];
  readonly mustBlind?: readonly string[];
  readonly meterRules?: Partial<MeterRules>;
  readonly headEndRules?: Partial<HeadEndRules>;
  /** From meters to servers (up) and back (down). */
  readonly links?: { readonly up?: LinkDefect; readonly down?: LinkDefect };
  /** A deaf one hears no event of the head-end's northbound side. */
  readonly observer?: 'deaf';
  /** It shows only where the head-end is a process of its own, so not in runs in simulated time. */
  readonly needsWallTime?: true;
}
