import { formatQuantity } from '../../devices/domain/quantity.ts';
import { NS_PER_S } from '../../devices/domain/time.ts';
import type { PlannedCase } from '../plan/plan.ts';

/** Remarks that a reader of one requirement must have beside the verdict; they change nothing. */
const NOTES: Readonly<Record<string, (planned: PlannedCase) => string | null>> = {
  // CLK-09 asks for +/- 1.0 s. A meter that is left alone below a wider lower bound may rightly
  // stand further off (CLK-03), so that the limit is one on the residual after a correction.
  'CLK-09': ({ parameters: { lower } }) =>
    typeof lower === 'object' && lower.unit === 'ns' && lower.value > NS_PER_S
      ? `L = ${formatQuantity(lower)} exceeds the synchronisation requirement: the limit holds after a correction only`
      : null,
};

/** The reason of a verdict with the note that belongs to its requirement, if there is one. */
export function noted(reason: string, requirement: string, planned: PlannedCase): string {
  const note = NOTES[requirement]?.(planned) ?? null;
  return note === null ? reason : `${reason} (note: ${note})`;
}
