import type { HeadEndRules } from '../../devices/head-end/rules/index.ts';
import type { MeterRules } from '../../devices/meter/rules/index.ts';

export type RuleName = keyof MeterRules | keyof HeadEndRules;

/** Notes which rules each case asks, by its key: a defect can show only where its rule was asked. */
export class RuleWatch {
  readonly #asked = new Map<string, Set<RuleName>>();

  /** Names of the rules that a case has asked; none for a case that was not run. */
  askedIn(caseKey: string): ReadonlySet<RuleName> {
    return this.#asked.get(caseKey) ?? new Set();
  }

  /** Rules that decide as the given ones do, and are noted. */
  watched<R extends object>(rules: R, caseKey: string): R {
    const asked = this.#asked.get(caseKey) ?? new Set<RuleName>();
    this.#asked.set(caseKey, asked);
    return Object.fromEntries(
      Object.entries(rules).map(([name, rule]: [string, unknown]) => [
        name,
        typeof rule === 'function' ? noting(rule, () => asked.add(name as RuleName)) : rule,
      ]),
    ) as R;
  }
}

/** A function that tells before it does what another does. */
function noting(rule: Function, tell: () => void): Function {
  return new Proxy(rule, {
    apply: (target, self, values: unknown[]): unknown => {
      tell();
      return Reflect.apply(target, self, values);
    },
  });
}
