import { FLAG, type Meters } from './columns.ts';
import { at, isSet } from './clock.ts';

/**
 * The module's storage as a budget of energy: mains fill it evenly, the idle module drains it, and
 * each alarm without mains costs one transmission. Nothing is stepped; it is computed when asked.
 */

/** What the full storage gives until its voltage is too low. OUT-01, OUT-04 */
export function fullJoules(meters: Meters): number {
  const { capacitanceFarads, fullVolts, minimumVolts } = meters.profile.outage;
  const newJoules = (capacitanceFarads * (fullVolts ** 2 - minimumVolts ** 2)) / 2;
  return meters.rules.storageHoldsJoules(newJoules);
}

/** What is left to use. */
export function storedJoules(meters: Meters, row: number, nowNs: number): number {
  const { idleWatts, rechargeNs } = meters.profile.outage;
  const full = fullJoules(meters);
  const elapsedNs = nowNs - at(meters.storedAtNs, row);
  const stored = at(meters.storedJoules, row);
  return isSet(meters, row, FLAG.energised)
    ? Math.min(full, stored + (full * elapsedNs) / rechargeNs)
    : Math.max(0, stored - (idleWatts * elapsedNs) / 1e9);
}

/** What a voltmeter shows over the storage: energy counts from its lowest useful voltage on. */
export function storedVolts(meters: Meters, row: number, nowNs: number): number {
  const { capacitanceFarads, minimumVolts } = meters.profile.outage;
  return Math.sqrt((2 * storedJoules(meters, row, nowNs)) / capacitanceFarads + minimumVolts ** 2);
}

/** Fixes what is left, less what is spent at this instant; also before mains come or go. */
export function spend(meters: Meters, row: number, nowNs: number, joules: number): void {
  meters.storedJoules[row] = Math.max(0, storedJoules(meters, row, nowNs) - joules);
  meters.storedAtNs[row] = nowNs;
}

/** How long the idle module runs on so much, ns. OUT-01, OUT-04 */
export function idleNs(meters: Meters, joules: number): number {
  return (joules / meters.profile.outage.idleWatts) * 1e9;
}
