import type { MeterRules } from '../meter/rules/index.ts';

/**
 * One fault, switched on to see whether the verdicts can turn. It replaces rules of the simulated
 * meter. With it on, every requirement in `mustTurn` fails, those in `mayTurn` may, no other does.
 * A foreign file (`--defect ./mine.ts`) exports one as its default.
 */
export interface Defect {
  readonly id: string;
  readonly title: string;
  readonly mustTurn: readonly string[];
  readonly mayTurn: readonly string[];
  readonly meterRules: Partial<MeterRules>;
}
