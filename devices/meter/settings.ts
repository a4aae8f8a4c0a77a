import type { MeterSettings } from '../domain/northbound.ts';
import { at, clockUtcSeconds, isSet } from './clock.ts';
import { FLAG, type Meters, UNSET_MS } from './columns.ts';
import { type MeterSink, REFUSAL } from './input.ts';

/** The utility's parameters in a meter: what they are, and how the recording interval changes. */

/** The number of the configuration that is answered now. */
export function nextConfiguration(meters: Meters, row: number): number {
  const number = at(meters.configurationNumber, row) + 1;
  meters.configurationNumber[row] = number;
  return number;
}

/** A new length: the interval that runs becomes the first of it, complete ones keep theirs. RD-01 */
export function onConfigureIntervals(
  meters: Meters,
  row: number,
  nowNs: number,
  intervalMinutes: number,
  out: MeterSink,
): void {
  const number = nextConfiguration(meters, row);
  const { module: group, rules } = meters;
  if (group === null) return out.say(row, 'configuration-refused', number, REFUSAL.noModule);
  if (!rules.intervalAccepted(intervalMinutes)) {
    return out.say(row, 'configuration-refused', number, REFUSAL.intervalNotAccepted);
  }
  const present = at(group.intervalMinutes, row);
  if (present !== intervalMinutes) {
    const shownSeconds = clockUtcSeconds(meters, row, nowNs);
    const intoPresent = present === 0 ? 0 : shownSeconds % (present * 60);
    const since = Math.max(at(group.recordingSinceSeconds, row), shownSeconds - intoPresent);
    group.recordingSinceSeconds[row] = since;
    group.intervalMinutes[row] = intervalMinutes;
  }
  out.say(row, 'configuration-accepted', number, 0);
}

/** The parameters as the head-end knows them; unset ones are null or 0. REG-12, REG-13 */
export function settingsOf(meters: Meters, row: number): MeterSettings {
  const synchronised = isSet(meters, row, FLAG.clockSyncEnabled);
  const declareAfterMs = at(meters.declareAfterMs, row);
  const reports = declareAfterMs !== UNSET_MS;
  const { module: group } = meters;
  return {
    intervalMinutes: group === null ? 0 : at(group.intervalMinutes, row),
    pushEveryMinutes: group === null ? 0 : at(group.pushEveryMinutes, row),
    declareAfterMs: reports ? declareAfterMs : null,
    restoreAfterMs: reports ? at(meters.restoreAfterMs, row) : null,
    clockLowerMs: synchronised ? at(meters.lowerMs, row) : null,
    clockUpperMs: synchronised ? at(meters.upperMs, row) : null,
    clockCycleMs: synchronised ? at(meters.cycleMs, row) : null,
  };
}
