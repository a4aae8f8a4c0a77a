import { indexesOf, type Selection } from '../port/fleet.ts';
import type { MeterRange } from './partition.ts';

/**
 * Puts what each shard told of its selected meters, in the order of the selection, into that
 * order over all shards.
 */
export function inOrderOf<R>(
  selection: Selection,
  ranges: readonly MeterRange[],
  rows: readonly (readonly R[])[],
): R[] {
  const taken = ranges.map(() => 0);
  return [...indexesOf(selection)].map((index) => {
    const shard = ranges.findIndex(
      ({ firstIndex, count }) => index >= firstIndex && index < firstIndex + count,
    );
    const place = taken[shard] ?? 0;
    taken[shard] = place + 1;
    const row = rows[shard]?.[place];
    if (row === undefined) throw new RangeError(`fleet: no shard told of meter ${index}`);
    return row;
  });
}
