import type { HeadEndRules } from '../head-end/rules/index.ts';
import type { MeterRules } from '../meter/rules/index.ts';

/** What a link does to datagrams, each in how many; exactly one of each so many. */
export interface LinkDefect {
  readonly dropOneIn?: number;
  readonly duplicateOneIn?: number;
  readonly reorderOneIn?: number;
  readonly spoilOneIn?: number;
}

/**
 * One fault, switched on to see whether the verdicts can turn. It replaces rules of the simulated
 * meter or of the reference head-end, or wraps the link between them. With it on, every requirement in
 * `mustTurn` fails, those in `mayTurn` may, no other does.
 * A foreign file (`--defect ./mine.ts`) exports one as its default.
 */
export interface Defect {
  readonly id: string;
  readonly title: string;
  readonly mustTurn: readonly string[];
  readonly mayTurn: readonly string[];
  readonly meterRules?: Partial<MeterRules>;
  readonly headEndRules?: Partial<HeadEndRules>;
  /** From meters to servers (up) and back (down). */
  readonly links?: { readonly up?: LinkDefect; readonly down?: LinkDefect };
}
