/**
 * Service access points of the module's link (wPorts of the wrapper). Pushes go to one of their own,
 * and what answers a push comes from there, so that a network can tell an answer from a request
 * without opening it. Meters are the logical devices of the gateway that carries them.
 */
export const LINK_SAPS = {
  /** The management client: transactions, and what modules answer to them. */
  management: 1,
  /** Where pushes go: 102, as in the field (digest of public decoders). */
  push: 102,
  /** The lowest of a meter, and how many there are. */
  firstMeter: 256,
  meters: 65_000,
} as const;

/** The access point of a meter behind its gateway. */
export function sapOfIndex(index: number): number {
  // The meter in a bench's socket may stand below zero.
  const place = ((index % LINK_SAPS.meters) + LINK_SAPS.meters) % LINK_SAPS.meters;
  return LINK_SAPS.firstMeter + place;
}
