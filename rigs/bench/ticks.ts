/**
 * A reading in whole ticks of what decides on it. Null when the uncertainty reaches over the edge
 * between two counts: then nobody can say which of the two the decider saw.
 * @param whole how the decider makes a count of a duration: Math.floor (completed ticks) or Math.round
 */
export function ticksOf(
  reading: { readonly value: number; readonly expandedUncertainty: number },
  size: number,
  whole: (ticks: number) => number,
): { readonly size: number; readonly count: number | null } {
  const { value, expandedUncertainty } = reading;
  const least = whole((value - expandedUncertainty) / size);
  const most = whole((value + expandedUncertainty) / size);
  // Adding zero turns -0, which rounding may give, into 0.
  return { size, count: least === most ? least + 0 : null };
}
