import { at, clockUtcSeconds } from './clock.ts';
import type { Meters } from './columns.ts';
import { type ModuleGroup, ONGOING_SECONDS, OUTAGES_KEPT } from './module-columns.ts';
import { consumedPulses } from './consumption.ts';

/**
 * The module's memory of the last outages, in whole seconds of the meter's clock and without
 * overlap: interval data is computed, so this is where it learns what was never consumed.
 */

/** Mains are gone; what was forgotten for it is carried in one sum. */
export function rememberLoss(meters: Meters, row: number, nowNs: number): void {
  const { module: group } = meters;
  if (group === null) return;
  const { fromSeconds, toSeconds, written, forgottenPulses } = group.outages;
  const place = row * OUTAGES_KEPT + (at(written, row) % OUTAGES_KEPT);
  const newestEnd = at(toSeconds, newestPlace(group, row));
  forgottenPulses[row] =
    at(forgottenPulses, row) +
    consumedPulses(meters, row, at(toSeconds, place)) -
    consumedPulses(meters, row, at(fromSeconds, place));
  // The second in which mains came back belongs to the outage before.
  fromSeconds[place] = Math.max(clockUtcSeconds(meters, row, nowNs), newestEnd);
  toSeconds[place] = ONGOING_SECONDS;
  written[row] = at(written, row) + 1;
}

/** Mains are back. */
export function rememberReturn(meters: Meters, row: number, nowNs: number): void {
  const { module: group } = meters;
  if (group === null || at(group.outages.written, row) === 0) return;
  const place = newestPlace(group, row);
  const endSeconds = clockUtcSeconds(meters, row, nowNs) + 1;
  group.outages.toSeconds[place] = Math.max(endSeconds, at(group.outages.fromSeconds, place));
}

function newestPlace(group: ModuleGroup, row: number): number {
  const newest = (at(group.outages.written, row) + OUTAGES_KEPT - 1) % OUTAGES_KEPT;
  return row * OUTAGES_KEPT + newest;
}
