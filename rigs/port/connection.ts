import type { MeterProfile } from '../../devices/domain/profile.ts';

/**
 * How the meter in a socket is connected for a comparison: potential coils in parallel, current
 * coils in series, so that each driven element registers what the standard sees once. A form 12S or
 * 25S so connected registers twice what the standard saw.
 */
export interface Connection {
  /** Elements that the source drives. */
  readonly elements: number;
  /** What the meter registers in proportion to what the standard sees. */
  readonly factor: number;
  /** The one element that is driven alone; absent when it is not just one. */
  readonly driven?: 'A' | 'B' | 'C';
}

/** The connection that the rig file declares; series-parallel over all elements when it does not. */
export function connectionOf(
  declared: Connection | undefined,
  { elements }: MeterProfile,
): Connection {
  return declared ?? { elements, factor: elements };
}
