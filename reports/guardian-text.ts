import type { GuardianEntry } from '../rigs/port/guardian-entry.ts';
import { NS_PER_MS } from '../devices/domain/time.ts';

/** What a reader must know of what the guardian did. */
export function guardianRemarks(guardian: readonly GuardianEntry[]): readonly string[] {
  return guardian.flatMap((entry) => {
    switch (entry.kind) {
      case 'made-safe': {
        const steps = entry.steps.map(
          ({ name, outcome, detail, afterNs }) =>
            `${name} ${outcome} after ${Math.round(afterNs / NS_PER_MS)} ms (${detail})`,
        );
        return [`guardian: ${entry.cause}: ${entry.outcome}: ${steps.join('; ')}`];
      }
      case 'refused':
        return [`guardian: refused ${entry.what}: ${entry.why}`];
      case 'guardian-opened':
      case 'guardian-closed':
        return [];
    }
  });
}
