import { NS_PER_MINUTE, NS_PER_MS } from '../domain/time.ts';
import { at, clockNs, instantOfClock, nextTickAt } from './clock.ts';
import { type Meters, NEVER } from './columns.ts';
import { type MeterSink, REFUSAL, type TimerHandlers } from './input.ts';
import { intervalsUpTo } from './intervals.ts';
import { intervalMinutesOf } from './logs.ts';
import { canSpeak } from './module.ts';
import type { ModuleGroup } from './module-columns.ts';
import { nextConfiguration } from './settings.ts';
import { setTimer, TIMER, timerAt } from './timers.ts';

/**
 * The schedule that the meter keeps itself: interval data goes out when its clock has completed a
 * multiple of so many minutes. Data that fell due without mains is left to be asked for. RD-03
 */

export function onConfigurePush(
  meters: Meters,
  row: number,
  nowNs: number,
  everyMinutes: number,
  out: MeterSink,
): void {
  const number = nextConfiguration(meters, row);
  const { module: group, rules } = meters;
  if (group === null) return out.say(row, 'configuration-refused', number, REFUSAL.noModule);
  if (!rules.pushAccepted(everyMinutes, at(group.intervalMinutes, row))) {
    return out.say(row, 'configuration-refused', number, REFUSAL.pushNotAccepted);
  }
  group.pushEveryMinutes[row] = everyMinutes;
  armPush(meters, row, nowNs);
  out.say(row, 'configuration-accepted', number, 0);
}

/** Waits for the next multiple of the meter's clock. */
export function armPush(meters: Meters, row: number, nowNs: number): void {
  const { module: group } = meters;
  setTimer(meters, row, TIMER.push, NEVER);
  if (group === null || at(group.pushEveryMinutes, row) === 0) return;
  const nextMinutes = completedMinutes(meters, group, row, nowNs) + at(group.pushEveryMinutes, row);
  awaitEnd(meters, group, row, nowNs, nextMinutes);
}

/** The rule is asked from one tick before the end on. */
function awaitEnd(
  meters: Meters,
  group: ModuleGroup,
  row: number,
  nowNs: number,
  endMinutes: number,
): void {
  const { tickNs } = meters.profile.clock;
  const endNs = (endMinutes - meters.startUtcMs / 60_000) * NS_PER_MINUTE;
  const askedNs = instantOfClock(meters, row, endNs - tickNs);
  group.pushEndMinutes[row] = endMinutes;
  setTimer(
    meters,
    row,
    TIMER.push,
    askedNs > nowNs ? askedNs : nextTickAt(meters, row, nowNs, tickNs),
  );
}

/** The clock was set: an end that it went over is sent now, one that it went back over again. */
export function carryOverPush(meters: Meters, row: number, nowNs: number): void {
  const { module: group } = meters;
  if (group === null || timerAt(meters, row, TIMER.push) === NEVER) return;
  const completed = completedMinutes(meters, group, row, nowNs);
  const wentOver = completed >= at(group.pushEndMinutes, row);
  armPush(meters, row, nowNs);
  if (!wentOver) return;
  group.pushEndMinutes[row] = completed;
  setTimer(meters, row, TIMER.push, nowNs);
}

/** The newest multiple of the schedule that the clock has completed, UTC minutes. */
function completedMinutes(meters: Meters, group: ModuleGroup, row: number, nowNs: number): number {
  const shownMinutes = Math.floor(shownMs(meters, row, nowNs) / 60_000);
  return shownMinutes - (shownMinutes % at(group.pushEveryMinutes, row));
}

/** The clock to the nearest ms: at a tick the last bit of a float may be on either side. */
function shownMs(meters: Meters, row: number, nowNs: number): number {
  return meters.startUtcMs + Math.round(clockNs(meters, row, nowNs) / NS_PER_MS);
}

export const pushTimer: Pick<TimerHandlers, 'push'> = {
  push(meters: Meters, row: number, dueNs: number, out: MeterSink): void {
    const { module: group, rules, profile } = meters;
    if (group === null) return;
    const awaitedMinutes = at(group.pushEndMinutes, row);
    if (!rules.pushDue(shownMs(meters, row, dueNs), awaitedMinutes * 60_000)) {
      setTimer(meters, row, TIMER.push, nextTickAt(meters, row, dueNs, profile.clock.tickNs));
      return;
    }
    awaitEnd(meters, group, row, dueNs, awaitedMinutes + at(group.pushEveryMinutes, row));
    if (rules.scheduleWatched() && canSpeak(meters, row)) report(meters, row, awaitedMinutes, out);
  },
};

/** Says the intervals of one period that are complete at its end. */
function report(meters: Meters, row: number, periodEndMinutes: number, out: MeterSink): void {
  const { module: group } = meters;
  if (group === null) return;
  const minutes = intervalMinutesOf(meters, row);
  const endMinutes = periodEndMinutes - (periodEndMinutes % minutes);
  const wanted = Math.ceil(at(group.pushEveryMinutes, row) / minutes);
  const intervals = Math.min(wanted, intervalsUpTo(meters, row, endMinutes));
  if (intervals > 0) out.say(row, 'interval-report', endMinutes, intervals);
}
