import { NS_PER_MINUTE } from '../domain/time.ts';
import { at, endOfSpan, instantOfMinutes } from './clock.ts';
import { NEVER, type Meters } from './columns.ts';
import { configuredDemandMinutes } from './configuration.ts';
import { pulsesAt } from './metrology.ts';
import { isMetering } from './mode.ts';
import { BLOCK, blockPlace, type RegisterGroup } from './register-columns.ts';
import { setTimer, TIMER } from './timers.ts';

/**
 * Block demand of delivered active power. An interval ends where the meter's clock says so. Its
 * demand is its energy over its length: one that was cut (by an outage, or because the clock was
 * set forward) has less of both and can only understate; one that lasted longer, because the
 * clock was set back within it, is divided by the time that it took. So each interval counts, and
 * none claims more than was there.
 */

const MINUTES_AN_HOUR = 60;

/** Opens the first interval of a meter's life, or of its life after a cold start. */
export function startDemand(meters: Meters, row: number, nowNs: number): void {
  const group = meters.registers;
  if (group === null) return;
  open(meters, group, row, nowNs);
}

/** Ends the interval whose end the clock has reached, and opens the next. */
export function endDemandInterval(meters: Meters, row: number, nowNs: number): void {
  const group = meters.registers;
  if (group === null) return;
  close(meters, group, row, nowNs);
  open(meters, group, row, nowNs);
}

/** After a change of the clock: an interval in which the clock no longer stands is closed. */
export function carryOverDemand(meters: Meters, row: number, nowNs: number): void {
  const group = meters.registers;
  if (group === null || at(group.openEndMinutes, row) === 0) return;
  const endMinutes = endOfSpan(meters, row, nowNs, at(group.openMinutes, row));
  if (endMinutes !== at(group.openEndMinutes, row)) endDemandInterval(meters, row, nowNs);
  else arm(meters, group, row);
}

/** Demand so far in the interval that runs, W. */
export function presentDemandWatts(meters: Meters, row: number, nowNs: number): number {
  const group = meters.registers;
  return group === null ? 0 : demandWatts(meters, group, row, nowNs);
}

function open(meters: Meters, group: RegisterGroup, row: number, nowNs: number): void {
  const minutes = configuredDemandMinutes(meters, row);
  group.openMinutes[row] = minutes;
  group.openEndMinutes[row] = endOfSpan(meters, row, nowNs, minutes);
  group.openStartPulses[row] = pulsesAt(meters, row, nowNs);
  group.openStartNs[row] = nowNs;
  group.openMetering[row] = isMetering(meters, row) ? 1 : 0;
  arm(meters, group, row);
}

function arm(meters: Meters, group: RegisterGroup, row: number): void {
  const endMinutes = at(group.openEndMinutes, row);
  setTimer(
    meters,
    row,
    TIMER.demandEnd,
    endMinutes === 0 ? NEVER : instantOfMinutes(meters, row, endMinutes),
  );
}

function close(meters: Meters, group: RegisterGroup, row: number, nowNs: number): void {
  const watts = demandWatts(meters, group, row, nowNs);
  group.previousWatts[row] = watts;
  if (!meters.rules.demandCounted(at(group.openMetering, row) === 1)) return;
  const present = blockPlace(row, BLOCK.present);
  if (!meters.rules.maximumReplaced(watts, at(group.blocks.maximumWatts, present))) return;
  group.blocks.maximumWatts[present] = watts;
  group.blocks.maximumAtMinutes[present] = at(group.openEndMinutes, row);
}

function demandWatts(meters: Meters, group: RegisterGroup, row: number, nowNs: number): number {
  const pulses = pulsesAt(meters, row, nowNs) - at(group.openStartPulses, row);
  const elapsedNs = nowNs - at(group.openStartNs, row);
  const ownMinutes = (elapsedNs * (1 + at(meters.driftPpb, row) / 1e9)) / NS_PER_MINUTE;
  const minutes = Math.max(at(group.openMinutes, row), ownMinutes);
  return Math.round((pulses * meters.profile.khWattHours * MINUTES_AN_HOUR) / minutes);
}
