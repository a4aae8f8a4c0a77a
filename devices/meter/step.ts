import { at, isSet } from './clock.ts';
import {
  clockTimers,
  onClockReference,
  onConfigureClockSync,
  onOfferClock,
  setClock,
} from './clock-sync.ts';
import { FLAG, type Meters } from './columns.ts';
import { activateDue } from './configuration.ts';
import { endDemandInterval } from './demand.ts';
import { onConfigureEventAlarms, tellEvents } from './event-alarms.ts';
import { EVENT } from './events.ts';
import type { MeterInput, MeterSink, TimerHandlers } from './input.ts';
import { endInterval } from './logs.ts';
import { setLoad } from './metrology.ts';
import { knowsHeadEnd, moduleTimers, onRegistered, onWriteParameter } from './module.ts';
import { operate } from './operations.ts';
import { bootTimer, onConfigureOutage, onMains, outageTimers } from './outage.ts';
import { onConfigurePush, pushTimer } from './push.ts';
import { onConfigureIntervals } from './settings.ts';
import { setTimer, takeTimer, TIMER, type TimerName, wakeAt } from './timers.ts';

/** What happens when a timer is due. */
const HANDLERS: TimerHandlers = {
  boot: bootTimer.boot,
  intervalEnd: endInterval,
  demandEnd: endDemandInterval,
  activation: activateDue,
  outageTick: outageTimers.outageTick,
  restorationTick: outageTimers.restorationTick,
  holdUpEnd: outageTimers.holdUpEnd,
  clockSync: clockTimers.clockSync,
  clockCompare: clockTimers.clockCompare,
  clockCorrect: clockTimers.clockCorrect,
  heartbeat: onHeartbeat,
  autoConfiguration: moduleTimers.autoConfiguration,
  registration: moduleTimers.registration,
  push: pushTimer.push,
};

/** The same by the timers' places in a row. */
const BY_TIMER = (Object.keys(TIMER) as TimerName[]).map((name) => HANDLERS[name]);

/** What comes over the network is lost on a module that is dark. */
const NETWORK_INPUTS: ReadonlySet<MeterInput['kind']> = new Set([
  'clock-reference',
  'configure-clock-sync',
  'configure-outage-alarms',
  'configure-intervals',
  'configure-push',
  'configure-event-alarms',
  'write-parameter',
  'registered',
]);

/**
 * Brings one meter to `nowNs` and gives it an input: whatever was due before is done at the
 * instant at which it was due, so that a late caller changes nothing but the lateness.
 * Touches only row `row`; messages go to `out`.
 */
export function step(
  meters: Meters,
  row: number,
  nowNs: number,
  input: MeterInput,
  out: MeterSink,
): void {
  catchUp(meters, row, nowNs, out);
  if (NETWORK_INPUTS.has(input.kind) && !isSet(meters, row, FLAG.moduleUp)) return;
  take(meters, row, nowNs, input, out);
  tellEvents(meters, row, nowNs, out);
}

function take(meters: Meters, row: number, nowNs: number, input: MeterInput, out: MeterSink): void {
  switch (input.kind) {
    case 'wake':
      return;
    case 'mains':
      return onMains(meters, row, nowNs, input.energised);
    case 'load':
      return setLoad(meters, row, nowNs, input.milliWatts, input.currentMilliAmps);
    case 'clock-reference':
      return onClockReference(meters, row, nowNs, input.headEndNs);
    case 'configure-clock-sync':
      return onConfigureClockSync(meters, row, nowNs, input, out);
    case 'configure-outage-alarms':
      return onConfigureOutage(meters, row, input, out);
    case 'configure-intervals':
      return onConfigureIntervals(meters, row, nowNs, input.intervalMinutes, out);
    case 'configure-push':
      return onConfigurePush(meters, row, nowNs, input.everyMinutes, out);
    case 'configure-event-alarms':
      return onConfigureEventAlarms(meters, row, input, out);
    case 'write-parameter':
      return onWriteParameter(meters, row, nowNs, input.key, input.value, out);
    case 'registered':
      return onRegistered(meters, row, nowNs, out);
    case 'set-clock':
      return setClock(meters, row, nowNs, input.shownNs, [EVENT.timeWas, EVENT.timeIs], true);
    case 'offer-clock':
      return onOfferClock(meters, row, nowNs, input.shownNs, out);
    case 'operation':
      return operate(meters, row, nowNs, input.operation);
  }
}

function catchUp(meters: Meters, row: number, nowNs: number, out: MeterSink): void {
  for (;;) {
    const dueNs = wakeAt(meters, row);
    if (dueNs > nowNs) return;
    const timer = takeTimer(meters, row, dueNs);
    if (timer === undefined) return;
    BY_TIMER[timer]?.(meters, row, dueNs, out);
    tellEvents(meters, row, dueNs, out);
  }
}

function onHeartbeat(meters: Meters, row: number, dueNs: number, out: MeterSink): void {
  setTimer(meters, row, TIMER.heartbeat, dueNs + meters.profile.module.heartbeatNs);
  // On the capacitor only the last gasp is worth its energy.
  if (!isSet(meters, row, FLAG.energised) || !isSet(meters, row, FLAG.moduleUp)) return;
  if (!knowsHeadEnd(meters, row)) return;
  const number = at(meters.heartbeatNumber, row) + 1;
  meters.heartbeatNumber[row] = number;
  out.say(row, 'heartbeat', number, 0);
}
