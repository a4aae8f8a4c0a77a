import { armIntervalEnd, at, clockNs, endOfSpan } from './clock.ts';
import type { LoadProfileGroup, Meters } from './columns.ts';
import { countEvent } from './event-alarms.ts';
import { pulsesAt } from './metrology.ts';
import { isMetering } from './mode.ts';

/** The meter's memory: its history log and its load profile. */

/** Extended interval status of C12.19 ST64: common flags above, one channel's code below. */
export const INTERVAL_STATUS = {
  partial: 0x02,
  long: 0x03,
  skipped: 0x04,
  test: 0x05,
  stopped: 0x07,
  powerFail: 0x20,
  clockForward: 0x40,
  clockBack: 0x80,
} as const;

const CHANNEL_CODE_MASK = 0x0f;

/** Writes an entry of the history log with a stamp of the meter's clock. */
export function logEvent(meters: Meters, row: number, code: number, stampSeconds: number): void {
  countEvent(meters, row, code);
  const log = meters.eventLog;
  if (log === null) return;
  const place = row * log.capacity + (at(log.written, row) % log.capacity);
  log.code[place] = code;
  log.stampSeconds[place] = stampSeconds;
  log.written[row] = at(log.written, row) + 1;
}

/** Opens the first interval: its end is the next boundary of the meter's clock. */
export function startLoadProfile(meters: Meters, row: number, nowNs: number, status = 0): void {
  if (meters.loadProfile === null) return;
  openInterval(meters, meters.loadProfile, row, nowNs, boundaryAfter(meters, row, nowNs), status);
}

/** Whether intervals are recorded now. */
export function isRecording(meters: Meters, row: number): boolean {
  return meters.loadProfile !== null && at(meters.loadProfile.openEndMinutes, row) !== 0;
}

/** Procedures 16 and 17. The interval in which recording stops is kept, and says so. */
export function onRecordLoadProfile(meters: Meters, row: number, nowNs: number, on: boolean): void {
  const group = meters.loadProfile;
  if (group === null || on === isRecording(meters, row)) return;
  if (on) return startLoadProfile(meters, row, nowNs, INTERVAL_STATUS.partial);
  flagInterval(meters, row, INTERVAL_STATUS.stopped);
  record(meters, group, row, nowNs);
  group.openEndMinutes[row] = 0;
  armIntervalEnd(meters, row);
}

/** Empties the load profile. A profile that was recorded begins anew; one that stood still stands. */
export function clearLoadProfile(meters: Meters, row: number, nowNs: number): void {
  const group = meters.loadProfile;
  if (group === null) return;
  group.written[row] = 0;
  group.acknowledged[row] = 0;
  if (isRecording(meters, row)) startLoadProfile(meters, row, nowNs, INTERVAL_STATUS.partial);
}

/** Empties the log, and with it both of its views (ST74 and ST76). */
export function clearLog(meters: Meters, row: number): void {
  const log = meters.eventLog;
  if (log === null) return;
  log.written[row] = 0;
  log.historyAcknowledged[row] = 0;
  log.eventsAcknowledged[row] = 0;
}

/** Ends the interval whose end the clock has reached, and opens the next. */
export function endInterval(meters: Meters, row: number, nowNs: number): void {
  const group = meters.loadProfile;
  if (group === null) return;
  const endMinutes = at(group.openEndMinutes, row);
  record(meters, group, row, nowNs);
  const intervalMinutes = intervalMinutesOf(meters, row);
  const past = endMinutes % intervalMinutes;
  openInterval(meters, group, row, nowNs, endMinutes - past + intervalMinutes, 0);
}

/** Marks the interval that runs. */
export function flagInterval(meters: Meters, row: number, status: number): void {
  const group = meters.loadProfile;
  if (group === null) return;
  group.openStatus[row] = withStatus(at(group.openStatus, row), status);
}

/**
 * Carries the load profile over a change of the clock, which has happened already. Forward over
 * an end: the interval is closed short and whole intervals that were jumped are skipped. Back over
 * a start: the interval that runs goes on, so that no end stands twice.
 */
export function carryOverClockSet(
  meters: Meters,
  row: number,
  nowNs: number,
  beforeNs: number,
  marks: boolean,
): void {
  const group = meters.loadProfile;
  if (group === null || at(group.openEndMinutes, row) === 0) return;
  const afterNs = clockNs(meters, row, nowNs);
  const intervalMinutes = intervalMinutesOf(meters, row);
  if (marks) {
    const forward = afterNs >= beforeNs;
    flagInterval(meters, row, forward ? INTERVAL_STATUS.clockForward : INTERVAL_STATUS.clockBack);
  }
  const nextEndMinutes = boundaryAfter(meters, row, nowNs);
  const openEndMinutes = at(group.openEndMinutes, row);
  if (nextEndMinutes > openEndMinutes) closeJumped(meters, group, row, nowNs, nextEndMinutes);
  else if (nextEndMinutes < openEndMinutes) {
    if (meters.rules.intervalSetBack() === 'repeat') {
      record(meters, group, row, nowNs);
      openInterval(meters, group, row, nowNs, nextEndMinutes + intervalMinutes, 0);
    } else flagInterval(meters, row, INTERVAL_STATUS.long);
  }
  armIntervalEnd(meters, row);
}

function closeJumped(
  meters: Meters,
  group: LoadProfileGroup,
  row: number,
  nowNs: number,
  nextEndMinutes: number,
): void {
  const intervalMinutes = intervalMinutesOf(meters, row);
  const openEndMinutes = at(group.openEndMinutes, row);
  if (meters.rules.intervalSetForward() === 'close') {
    flagInterval(meters, row, INTERVAL_STATUS.partial);
    record(meters, group, row, nowNs);
    const first = Math.max(
      openEndMinutes + intervalMinutes,
      nextEndMinutes - group.capacity * intervalMinutes,
    );
    for (let end = first; end < nextEndMinutes; end += intervalMinutes) {
      openInterval(meters, group, row, nowNs, end, INTERVAL_STATUS.skipped);
      record(meters, group, row, nowNs);
    }
  }
  openInterval(meters, group, row, nowNs, nextEndMinutes, 0);
}

function openInterval(
  meters: Meters,
  group: LoadProfileGroup,
  row: number,
  nowNs: number,
  endMinutes: number,
  status: number,
): void {
  group.openEndMinutes[row] = endMinutes;
  group.openStartPulses[row] = pulsesAt(meters, row, nowNs);
  group.openStatus[row] = isMetering(meters, row)
    ? status
    : withStatus(status, INTERVAL_STATUS.test);
  armIntervalEnd(meters, row);
}

function record(meters: Meters, group: LoadProfileGroup, row: number, nowNs: number): void {
  const place = row * group.capacity + (at(group.written, row) % group.capacity);
  group.endMinutes[place] = at(group.openEndMinutes, row);
  const pulses = pulsesAt(meters, row, nowNs);
  group.pulses[place] = pulses - at(group.openStartPulses, row);
  group.endPulses[place] = pulses;
  group.status[place] = at(group.openStatus, row);
  group.written[row] = at(group.written, row) + 1;
}

/** Length of the intervals that are recorded; a new one holds from the end of the one that runs. */
export function intervalMinutesOf(meters: Meters, row: number): number {
  const configured = meters.module === null ? 0 : at(meters.module.intervalMinutes, row);
  return configured === 0 ? meters.profile.loadProfile.intervalMinutes : configured;
}

/** End, as UTC minutes, of the interval in which the meter's clock stands. */
function boundaryAfter(meters: Meters, row: number, nowNs: number): number {
  return endOfSpan(meters, row, nowNs, intervalMinutesOf(meters, row));
}

/** Common flags add up; a channel has one code, and the graver one stays. */
function withStatus(present: number, added: number): number {
  const code = Math.max(present & CHANNEL_CODE_MASK, added & CHANNEL_CODE_MASK);
  return ((present | added) & ~CHANNEL_CODE_MASK) | code;
}
