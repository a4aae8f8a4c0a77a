import type { KeyRing } from '../../cosem-columns.ts';
import type { Meters } from '../../columns.ts';
import { cosemOf } from '../../cosem.ts';
import { restartCounters } from '../../invocation-counter.ts';

/** What a change of keys needs. */
export interface KeyTools {
  /** Keys that the meter left the factory with. */
  readonly factory: KeyRing;
  /** RFC 3394: a key out of its wrapping; null when it was not wrapped under this master key. */
  readonly unwrap: (masterKey: Uint8Array, wrapped: Uint8Array) => Uint8Array | null;
}

/** The keys that are in use. */
export function keysInUse(meters: Meters, row: number, factory: KeyRing): KeyRing {
  return cosemOf(meters).keys.get(row) ?? factory;
}

/** The keys that will be in use next: several transfers may come before the first is used. */
export function newestKeys(meters: Meters, row: number, factory: KeyRing): KeyRing {
  return cosemOf(meters).waitingKeys.get(row)?.keys ?? keysInUse(meters, row, factory);
}

/** An answer has got its counter: what waited for it is used from the next APDU on. */
export function answerIsOut(meters: Meters, row: number): void {
  const { waitingKeys } = cosemOf(meters);
  const waiting = waitingKeys.get(row);
  if (waiting !== undefined) waitingKeys.set(row, { ...waiting, isAnswered: true });
}

/** Takes keys into use that waited until their answer was out. Counters restart with them. */
export function useWaitingKeys(meters: Meters, row: number, factory: KeyRing): void {
  const group = cosemOf(meters);
  const waiting = group.waitingKeys.get(row);
  if (waiting === undefined || !waiting.isAnswered) return;
  group.waitingKeys.delete(row);
  if (!meters.rules.transferredKeysUsed()) return;
  const before = keysInUse(meters, row, factory);
  group.keys.set(row, waiting.keys);
  // Counters belong to the encryption key: with another authentication key alone they go on.
  if (!isSame(before.encryption, waiting.keys.encryption)) restartCounters(meters, row);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, place) => octet === other[place]);
}
