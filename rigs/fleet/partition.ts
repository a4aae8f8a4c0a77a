/** A run of meters, as one shard has them. */
export interface MeterRange {
  readonly firstIndex: number;
  readonly count: number;
}

/**
 * Cuts a fleet into at most `shards` runs of nearly equal length. A cell of the carrier is never
 * cut: what it carries is counted in one place.
 */
export function partition(meters: number, shards: number, metersPerCell: number): MeterRange[] {
  const unit = Math.max(1, metersPerCell);
  const units = Math.ceil(meters / unit);
  const used = Math.min(shards, units);
  const edge = (shard: number): number =>
    Math.min(meters, Math.round((shard * units) / used) * unit);
  return Array.from({ length: used }, (_, shard) => ({
    firstIndex: edge(shard),
    count: edge(shard + 1) - edge(shard),
  }));
}
