import { MOST_INTERVALS } from '../protocol/centron-gprs/interval-block.ts';
import type { IntervalBlock } from '../protocol/centron-gprs/messages.ts';
import { at, clockUtcSeconds } from './clock.ts';
import type { LoadProfileGroup, Meters } from './columns.ts';
import { consumedPulses } from './consumption.ts';
import { INTERVAL_STATUS, intervalMinutesOf } from './logs.ts';
import { type ModuleGroup, OUTAGES_KEPT } from './module-columns.ts';

/**
 * Interval data as it is sent. A bench's meter has recorded it; a fleet's is computed from
 * consumption and the last outages, always alike, so that the register is the sum of it all.
 */

/** The newest complete intervals, at most `count`; fewer, or none, when there are no more. */
export function intervalBlock(
  meters: Meters,
  row: number,
  nowNs: number,
  count: number,
): IntervalBlock {
  const minutes = intervalMinutesOf(meters, row);
  const shownMinutes = Math.floor(clockUtcSeconds(meters, row, nowNs) / 60);
  return blockUpTo(meters, row, shownMinutes - (shownMinutes % minutes), count);
}

/** The same up to a given end. */
export function blockUpTo(
  meters: Meters,
  row: number,
  endMinutes: number,
  count: number,
): IntervalBlock {
  const { loadProfile, module: group } = meters;
  const held = Math.min(count, intervalsUpTo(meters, row, endMinutes));
  if (loadProfile !== null) return recordedBlock(meters, loadProfile, row, held);
  const intervalMinutes = intervalMinutesOf(meters, row);
  const block = { endMinutes, intervalMinutes, registerPulses: 0 };
  if (group === null) return { ...block, pulses: [], status: [] };
  return { ...block, ...computed(meters, group, row, endMinutes, held) };
}

/** How many complete intervals of the present length there are up to an end, at most a block's. */
export function intervalsUpTo(meters: Meters, row: number, endMinutes: number): number {
  const { loadProfile, module: group } = meters;
  if (loadProfile !== null) return recordedOfLength(meters, loadProfile, row);
  if (group === null || at(group.intervalMinutes, row) === 0) return 0;
  const minutes = at(group.intervalMinutes, row);
  const sinceMinutes = Math.floor(at(group.recordingSinceSeconds, row) / 60);
  const intervals = (endMinutes - (sinceMinutes - (sinceMinutes % minutes))) / minutes;
  return Math.max(0, Math.min(intervals, MOST_INTERVALS, meters.profile.loadProfile.capacity));
}

function computed(
  meters: Meters,
  group: ModuleGroup,
  row: number,
  endMinutes: number,
  count: number,
): Pick<IntervalBlock, 'pulses' | 'status' | 'registerPulses'> {
  const seconds = at(group.intervalMinutes, row) * 60;
  const since = at(group.recordingSinceSeconds, row);
  const pulses: number[] = [];
  const status: number[] = [];
  const firstStart = endMinutes * 60 - count * seconds;
  let before = registerAt(meters, group, row, Math.max(firstStart, since));
  for (let place = 1; place <= count; place++) {
    const end = firstStart + place * seconds;
    const register = registerAt(meters, group, row, end);
    pulses.push(register - before);
    const cut = end - seconds < since ? INTERVAL_STATUS.partial : 0;
    const outage = outageStatus(group, row, end - seconds, end);
    status.push((meters.rules.outageFlagged() ? outage : 0) | cut);
    before = register;
  }
  return { pulses, status, registerPulses: before };
}

/** The register of a meter whose intervals are computed, at a time of its clock. */
export function registerPulsesAt(meters: Meters, row: number, utcSeconds: number): number {
  return meters.module === null ? 0 : registerAt(meters, meters.module, row, utcSeconds);
}

/** The register of delivered energy: what was taken, less what was never there to be taken. */
function registerAt(meters: Meters, group: ModuleGroup, row: number, utcSeconds: number): number {
  const { fromSeconds, toSeconds, forgottenPulses } = group.outages;
  let pulses = consumedPulses(meters, row, utcSeconds) - at(forgottenPulses, row);
  for (let place = row * OUTAGES_KEPT; place < (row + 1) * OUTAGES_KEPT; place++) {
    const from = Math.min(utcSeconds, at(fromSeconds, place));
    const to = Math.min(utcSeconds, at(toSeconds, place));
    if (to > from) pulses -= consumedPulses(meters, row, to) - consumedPulses(meters, row, from);
  }
  return pulses;
}

/** Extended interval status: without mains throughout it was skipped, for a part it is partial. */
function outageStatus(group: ModuleGroup, row: number, start: number, end: number): number {
  let without = 0;
  for (let place = row * OUTAGES_KEPT; place < (row + 1) * OUTAGES_KEPT; place++) {
    const from = Math.max(start, at(group.outages.fromSeconds, place));
    const to = Math.min(end, at(group.outages.toSeconds, place));
    without += Math.max(0, to - from);
  }
  if (without === 0) return 0;
  const code = without === end - start ? INTERVAL_STATUS.skipped : INTERVAL_STATUS.partial;
  return INTERVAL_STATUS.powerFail | code;
}

/** The newest recorded intervals that join on to each other in the present length. */
function recordedOfLength(meters: Meters, profile: LoadProfileGroup, row: number): number {
  const written = at(profile.written, row);
  const most = Math.min(written, profile.capacity, MOST_INTERVALS);
  const minutes = intervalMinutesOf(meters, row);
  for (let back = 1; back < most; back++) {
    const later = at(profile.endMinutes, placeBack(profile, row, back - 1));
    if (at(profile.endMinutes, placeBack(profile, row, back)) !== later - minutes) return back;
  }
  return most;
}

/** Place of the interval that is so many before the newest one. */
function placeBack(profile: LoadProfileGroup, row: number, back: number): number {
  return row * profile.capacity + ((at(profile.written, row) - 1 - back) % profile.capacity);
}

function recordedBlock(
  meters: Meters,
  profile: LoadProfileGroup,
  row: number,
  count: number,
): IntervalBlock {
  const places = Array.from({ length: count }, (_, place) =>
    placeBack(profile, row, count - 1 - place),
  );
  return {
    endMinutes: count === 0 ? 0 : at(profile.endMinutes, placeBack(profile, row, 0)),
    intervalMinutes: intervalMinutesOf(meters, row),
    pulses: places.map((place) => at(profile.pulses, place)),
    status: places.map((place) => at(profile.status, place)),
    registerPulses: at(profile.openStartPulses, row),
  };
}
