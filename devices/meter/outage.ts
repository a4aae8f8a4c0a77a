import { NS_PER_MS } from '../domain/time.ts';
import { drawFraction } from '../domain/chance.ts';
import {
  at,
  clockNs,
  clockUtcMs,
  clockUtcSeconds,
  isSet,
  setClockColumns,
  setFlag,
} from './clock.ts';
import { FLAG, NEVER, UNSET_MS, type Meters } from './columns.ts';
import { armActivation } from './configuration.ts';
import { notePowerFailure } from './cosem.ts';
import { startDemand } from './demand.ts';
import { interruptDownload } from './download.ts';
import { STATUS } from './end-device-columns.ts';
import { raiseStatus } from './end-device.ts';
import { countEvent } from './event-alarms.ts';
import { EVENT, MANUFACTURER_EVENT } from './events.ts';
import { fullJoules, idleNs, spend, storedJoules } from './energy.ts';
import type { MeterInput, MeterSink, TimerHandlers } from './input.ts';
import { flagInterval, INTERVAL_STATUS, logEvent, startLoadProfile } from './logs.ts';
import { setLoad } from './metrology.ts';
import { onBooted, onDark } from './module.ts';
import { rememberLoss, rememberReturn } from './outage-memory.ts';
import { armPush } from './push.ts';
import { nextConfiguration } from './settings.ts';
import { setTimer, TIMER } from './timers.ts';

/**
 * Outages. A timer counts completed ticks from the loss of power; a rule says when the outage is
 * declared and the last gasp goes out on the capacitor's energy. Power that comes back for less
 * than the restoration delay does not end a declared outage: each last gasp has one restoration.
 */

type OutageConfiguration = Extract<MeterInput, { readonly kind: 'configure-outage-alarms' }>;

const DRAW_HEARTBEAT_PHASE = 4;

export function onConfigureOutage(
  meters: Meters,
  row: number,
  input: OutageConfiguration,
  out: MeterSink,
): void {
  const number = nextConfiguration(meters, row);
  meters.declareAfterMs[row] = input.declareAfterMs;
  meters.restoreAfterMs[row] = input.restoreAfterMs;
  out.say(row, 'configuration-accepted', number, 0);
}

/** Power comes or goes at the terminals. */
export function onMains(meters: Meters, row: number, nowNs: number, energised: boolean): void {
  if (energised === isSet(meters, row, FLAG.energised)) return;
  spend(meters, row, nowNs, 0);
  setFlag(meters, row, FLAG.energised, energised);
  if (energised) onPowerUp(meters, row, nowNs);
  else onPowerDown(meters, row, nowNs);
}

function onPowerDown(meters: Meters, row: number, nowNs: number): void {
  setLoad(meters, row, nowNs, 0, 0);
  logEvent(meters, row, EVENT.powerDown, clockUtcSeconds(meters, row, nowNs));
  flagInterval(meters, row, INTERVAL_STATUS.powerFail | INTERVAL_STATUS.partial);
  raiseStatus(meters, row, STATUS.powerFailure);
  interruptDownload(meters, row);
  setTimer(meters, row, TIMER.restorationTick, NEVER);
  setTimer(meters, row, TIMER.clockCompare, NEVER);
  setTimer(meters, row, TIMER.clockCorrect, NEVER);
  meters.requestedAtNs[row] = NEVER;
  if (!isSet(meters, row, FLAG.outageDeclared)) {
    meters.lostAtNs[row] = nowNs;
    const declareAfterMs = at(meters.declareAfterMs, row);
    if (declareAfterMs !== UNSET_MS)
      setTimer(meters, row, TIMER.outageTick, nowNs + firstTick(meters, declareAfterMs));
  }
  setTimer(meters, row, TIMER.boot, NEVER);
  if (meters.cosem !== null) meters.cosem.lostAtNs[row] = nowNs;
  rememberLoss(meters, row, nowNs);
  armHoldUpEnd(meters, row, nowNs);
}

/** The module goes dark when it has idled all away. */
function armHoldUpEnd(meters: Meters, row: number, nowNs: number): void {
  setTimer(meters, row, TIMER.holdUpEnd, nowNs + idleNs(meters, storedJoules(meters, row, nowNs)));
}

function onPowerUp(meters: Meters, row: number, nowNs: number): void {
  const { profile } = meters;
  setTimer(meters, row, TIMER.outageTick, NEVER);
  setTimer(meters, row, TIMER.holdUpEnd, NEVER);
  rememberReturn(meters, row, nowNs);
  if (!isSet(meters, row, FLAG.moduleUp))
    setTimer(meters, row, TIMER.boot, nowNs + profile.outage.bootNs);
  if (!isSet(meters, row, FLAG.commissioned)) return commission(meters, row, nowNs);
  keepClock(meters, row, nowNs);
  notePowerFailure(meters, row, nowNs);
  logEvent(meters, row, EVENT.powerUp, clockUtcSeconds(meters, row, nowNs));
  flagInterval(meters, row, INTERVAL_STATUS.powerFail | INTERVAL_STATUS.partial);
  armActivation(meters, row, nowNs);
  meters.restoredAtNs[row] = nowNs;
  if (isSet(meters, row, FLAG.outageDeclared)) {
    setTimer(
      meters,
      row,
      TIMER.restorationTick,
      nowNs + firstTick(meters, at(meters.restoreAfterMs, row)),
    );
  }
}

/** The first power of a meter's life: no outage ended, and its clock, profile and schedule start. */
function commission(meters: Meters, row: number, nowNs: number): void {
  setFlag(meters, row, FLAG.commissioned, true);
  logEvent(meters, row, EVENT.powerUp, clockUtcSeconds(meters, row, nowNs));
  startLoadProfile(meters, row, nowNs);
  startDemand(meters, row, nowNs);
  armActivation(meters, row, nowNs);
  armPush(meters, row, nowNs);
}

/** Applies what the rule says of the clock's run without mains. */
function keepClock(meters: Meters, row: number, nowNs: number): void {
  const lostNs = at(meters.lostAtNs, row);
  const shownAtLossNs = clockNs(meters, row, lostNs);
  const elapsedNs = clockNs(meters, row, nowNs) - shownAtLossNs;
  const countedNs = meters.rules.clockAdvanceInOutageNs(elapsedNs);
  if (countedNs !== elapsedNs) setClockColumns(meters, row, nowNs, shownAtLossNs + countedNs);
}

export const outageTimers: Pick<TimerHandlers, 'outageTick' | 'restorationTick' | 'holdUpEnd'> = {
  outageTick(meters: Meters, row: number, dueNs: number, out: MeterSink): void {
    const { tickNs, transmissionJoules } = meters.profile.outage;
    const lostNs = at(meters.lostAtNs, row);
    const completed = Math.round((dueNs - lostNs) / tickNs);
    const needed = ticksOf(meters, at(meters.declareAfterMs, row));
    if (!isSet(meters, row, FLAG.moduleUp)) return;
    if (!meters.rules.outageDeclared(completed, needed)) {
      setTimer(meters, row, TIMER.outageTick, dueNs + tickNs);
      return;
    }
    // What cannot be told is not declared: no restoration without its last gasp. OUT-11
    const stored = storedJoules(meters, row, dueNs);
    if (!meters.rules.transmissionCarried(stored, transmissionJoules)) return;
    setFlag(meters, row, FLAG.outageDeclared, true);
    const number = at(meters.outageNumber, row) + 1;
    const lostAtMs = clockUtcMs(meters, row, lostNs);
    meters.outageNumber[row] = number;
    meters.lostAtMs[row] = lostAtMs;
    if (!meters.rules.lastGaspSent()) return;
    spend(meters, row, dueNs, meters.rules.transmissionTakesJoules(transmissionJoules));
    armHoldUpEnd(meters, row, dueNs);
    out.say(row, 'last-gasp', number, lostAtMs);
    if (meters.rules.reportedOutageCounts())
      countEvent(meters, row, MANUFACTURER_EVENT.outageReported);
  },

  restorationTick(meters: Meters, row: number, dueNs: number, out: MeterSink): void {
    const tickNs = meters.profile.outage.tickNs;
    const restoredNs = at(meters.restoredAtNs, row);
    const completed = Math.round((dueNs - restoredNs) / tickNs);
    const needed = ticksOf(meters, at(meters.restoreAfterMs, row));
    const ready = isSet(meters, row, FLAG.moduleUp);
    if (!ready || !meters.rules.restorationDeclared(completed, needed)) {
      setTimer(meters, row, TIMER.restorationTick, dueNs + tickNs);
      return;
    }
    setFlag(meters, row, FLAG.outageDeclared, false);
    if (!meters.rules.restorationSent()) return;
    out.say(row, 'restoration', at(meters.outageNumber, row), clockUtcMs(meters, row, restoredNs));
  },

  /** The capacitor is empty: the module goes dark and forgets what it was about to do. */
  holdUpEnd(meters: Meters, row: number): void {
    setFlag(meters, row, FLAG.moduleUp, false);
    setTimer(meters, row, TIMER.outageTick, NEVER);
    setTimer(meters, row, TIMER.heartbeat, NEVER);
    onDark(meters, row);
  },
};

export const bootTimer: Pick<TimerHandlers, 'boot'> = {
  boot(meters: Meters, row: number, dueNs: number, out: MeterSink): void {
    setFlag(meters, row, FLAG.moduleUp, true);
    const phase = drawFraction(meters.seed, meters.firstIndex + row, DRAW_HEARTBEAT_PHASE);
    setTimer(
      meters,
      row,
      TIMER.heartbeat,
      dueNs + Math.round(phase * meters.profile.module.heartbeatNs),
    );
    onBooted(meters, row, dueNs, out);
  },
};

/** How long the module runs on its full storage when it transmits so often, ns. OUT-01, OUT-04 */
export function holdUpNs(meters: Meters, transmissions: number): number {
  const spent = transmissions * meters.profile.outage.transmissionJoules;
  return idleNs(meters, Math.max(0, fullJoules(meters) - spent));
}

/** Completed ticks that a configured duration asks for; a part of a tick counts as a whole one. */
function ticksOf(meters: Meters, durationMs: number): number {
  return Math.ceil((durationMs * NS_PER_MS) / meters.profile.outage.tickNs);
}

/** The rule is asked from one tick before the configured duration on. */
function firstTick(meters: Meters, durationMs: number): number {
  return Math.max(0, ticksOf(meters, durationMs) - 1) * meters.profile.outage.tickNs;
}
