/**
 * Seeded chance without a stream: a draw is a pure function of (seed, who, which draw), so that
 * neither the order of events nor the number of shards changes what anybody draws.
 */

/** Mixes 32-bit integers into one; the finaliser is that of MurmurHash3 (public domain, A. Appleby). */
function mix(hash: number, word: number): number {
  let h = hash ^ Math.imul(word, 0xcc9e2d51);
  h = Math.imul((h << 15) | (h >>> 17), 0x1b873593);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit number from the seed, an owner (for example a meter's index) and the draw's number. */
function draw32(seed: number, owner: number, draw: number): number {
  return mix(mix(mix(0x9747b28c, seed), owner), draw);
}

/** A fraction in [0, 1). */
export function drawFraction(seed: number, owner: number, draw: number): number {
  return draw32(seed, owner, draw) / 0x1_0000_0000;
}

/** A number in [low, high). */
export function drawBetween(
  seed: number,
  owner: number,
  draw: number,
  low: number,
  high: number,
): number {
  return low + (high - low) * drawFraction(seed, owner, draw);
}

/** A 32-bit seed from a text, so that a case's chance depends on its name and not on its place. */
export function seedOf(seed: number, text: string): number {
  let hash = mix(0x9747b28c, seed);
  for (let index = 0; index < text.length; index++) hash = mix(hash, text.charCodeAt(index));
  return hash;
}
