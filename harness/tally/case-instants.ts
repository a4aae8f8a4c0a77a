import type { Anchor } from '../plan/plan.ts';

/** Instants of a case by anchor: step `null` is the case itself. */
export class CaseInstants {
  readonly #instants = new Map<string, number>();

  /** Tells an instant; what is told already stays. */
  mark(anchor: Anchor, atNs: number): void {
    const key = keyOf(anchor);
    if (!this.#instants.has(key)) this.#instants.set(key, atNs);
  }

  at(anchor: Anchor): number | undefined {
    return this.#instants.get(keyOf(anchor));
  }

  /** Takes over what another knows. */
  absorb(other: CaseInstants): void {
    for (const [key, atNs] of other.#instants) {
      if (!this.#instants.has(key)) this.#instants.set(key, atNs);
    }
  }
}

function keyOf({ step, edge }: Anchor): string {
  return step === null ? edge : `${edge} of ${step}`;
}
