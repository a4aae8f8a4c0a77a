import { MS_PER_S, NS_PER_MS, NS_PER_S } from '../domain/time.ts';
import {
  at,
  clockNs,
  clockUtcSeconds,
  isSet,
  nextTickAt,
  referenceAt,
  setClockColumns,
  setFlag,
} from './clock.ts';
import { FLAG, NEVER, type Meters } from './columns.ts';
import { armActivation } from './configuration.ts';
import { carryOverDemand } from './demand.ts';
import { EVENT } from './events.ts';
import { REFUSAL, type MeterInput, type MeterSink, type TimerHandlers } from './input.ts';
import { carryOverClockSet, logEvent } from './logs.ts';
import { carryOverPush } from './push.ts';
import type { ClockSyncDecision } from './rules/clock-sync.ts';
import { nextConfiguration } from './settings.ts';
import { setTimer, TIMER } from './timers.ts';

/**
 * The module's watch over the meter's clock. It asks the head-end for the time, takes the middle
 * of the round trip for the instant of the answer, waits for the meter's second to roll over (so
 * that the phase is known) and decides in whole ticks of the meter's clock.
 */

type ClockSyncConfiguration = Extract<MeterInput, { readonly kind: 'configure-clock-sync' }>;

export function onConfigureClockSync(
  meters: Meters,
  row: number,
  nowNs: number,
  input: ClockSyncConfiguration,
  out: MeterSink,
): void {
  const number = nextConfiguration(meters, row);
  if (!meters.rules.clockBoundsAccepted(input.lowerMs, input.upperMs)) {
    out.say(row, 'configuration-refused', number, REFUSAL.boundsCrossed);
    return;
  }
  setFlag(meters, row, FLAG.clockSyncEnabled, input.enabled);
  meters.lowerMs[row] = input.lowerMs;
  meters.upperMs[row] = input.upperMs;
  meters.cycleMs[row] = input.cycleMs;
  setTimer(meters, row, TIMER.clockSync, nowNs + input.cycleMs * NS_PER_MS);
  out.say(row, 'configuration-accepted', number, 0);
}

export const clockTimers: Pick<TimerHandlers, 'clockSync' | 'clockCompare' | 'clockCorrect'> = {
  /** Asks for the reference; also when correction is disabled, as the module keeps its own idea of time. */
  clockSync(meters: Meters, row: number, dueNs: number, out: MeterSink): void {
    setTimer(meters, row, TIMER.clockSync, dueNs + at(meters.cycleMs, row) * NS_PER_MS);
    if (!isSet(meters, row, FLAG.energised) || !isSet(meters, row, FLAG.moduleUp)) return;
    meters.requestedAtNs[row] = dueNs;
    out.say(row, 'clock-reference-request', 0, 0);
  },

  clockCompare(meters: Meters, row: number, dueNs: number, out: MeterSink): void {
    const { rules } = meters;
    const referenceNs = referenceAt(meters, row, dueNs);
    const { decision, deviationNs } = judgeClock(meters, row, dueNs, referenceNs);
    switch (decision) {
      case 'ignore':
        return;
      case 'alarm':
        out.say(row, 'clock-deviation', rules.reportedDeviationNs(deviationNs), 0);
        return;
      case 'correct':
        setTimer(meters, row, TIMER.clockCorrect, nextReferenceSecond(meters, row, dueNs));
        return;
    }
  },

  clockCorrect(meters: Meters, row: number, dueNs: number): void {
    const { rules } = meters;
    const shownNs = rules.correctedClockNs(Math.round(referenceAt(meters, row, dueNs)));
    setClock(
      meters,
      row,
      dueNs,
      shownNs,
      rules.correctionEvents(),
      rules.correctionFlagsInterval(),
    );
  },
};

/** What is to be done about the clock, given the reference at that instant: in whole ticks. */
export function judgeClock(
  meters: Meters,
  row: number,
  nowNs: number,
  referenceNs: number,
): { readonly decision: ClockSyncDecision; readonly deviationNs: number } {
  const { rules, profile } = meters;
  const tickNs = profile.clock.tickNs;
  const deviationNs = Math.round((clockNs(meters, row, nowNs) - referenceNs) / tickNs) * tickNs;
  const decision = rules.clockSyncDecision({
    enabled: isSet(meters, row, FLAG.clockSyncEnabled),
    deviationMs: deviationNs / NS_PER_MS,
    lowerMs: at(meters.lowerMs, row),
    upperMs: at(meters.upperMs, row),
  });
  return { decision, deviationNs };
}

/** A head-end writes the time: within the bounds it is taken over at once, beyond them it is told. */
export function onOfferClock(
  meters: Meters,
  row: number,
  nowNs: number,
  shownNs: number,
  out: MeterSink,
): void {
  const { rules } = meters;
  const { decision, deviationNs } = judgeClock(meters, row, nowNs, shownNs);
  switch (decision) {
    case 'ignore':
      return;
    case 'alarm':
      return out.say(row, 'clock-deviation', rules.reportedDeviationNs(deviationNs), 0);
    case 'correct': {
      const events = rules.correctionEvents();
      const wantedNs = rules.correctedClockNs(shownNs);
      setClock(meters, row, nowNs, wantedNs, events, rules.correctionFlagsInterval());
    }
  }
}

/** Takes the head-end's answer over, if one was asked for, and waits for the meter's next tick. */
export function onClockReference(
  meters: Meters,
  row: number,
  nowNs: number,
  headEndNs: number,
): void {
  const requestedNs = at(meters.requestedAtNs, row);
  if (requestedNs === NEVER) return;
  meters.requestedAtNs[row] = NEVER;
  const followedNs = meters.rules.followedReferenceNs(headEndNs, nowNs);
  const referenceNs = followedNs + (nowNs - requestedNs) / 2;
  meters.referenceOffsetNs[row] = referenceNs - nowNs;
  setTimer(
    meters,
    row,
    TIMER.clockCompare,
    nextTickAt(meters, row, nowNs, meters.profile.clock.tickNs),
  );
}

/** The clock is written in whole seconds: the module waits for the reference's second to begin. */
function nextReferenceSecond(meters: Meters, row: number, nowNs: number): number {
  const nextNs = (Math.floor(referenceAt(meters, row, nowNs) / NS_PER_S) + 1) * NS_PER_S;
  return nowNs + (nextNs - referenceAt(meters, row, nowNs));
}

/** Sets the clock; logs the given events with the old and then the new stamp (C12.19 events 3, 4). */
export function setClock(
  meters: Meters,
  row: number,
  nowNs: number,
  shownNs: number,
  events: readonly number[],
  marksInterval: boolean,
): void {
  const beforeNs = clockNs(meters, row, nowNs);
  const beforeSeconds = clockUtcSeconds(meters, row, nowNs);
  setClockColumns(meters, row, nowNs, shownNs);
  const afterSeconds = meters.startUtcMs / MS_PER_S + Math.floor(shownNs / NS_PER_S);
  for (const code of events) {
    logEvent(meters, row, code, code === EVENT.timeWas ? beforeSeconds : afterSeconds);
  }
  carryOverClockSet(meters, row, nowNs, beforeNs, marksInterval);
  carryOverDemand(meters, row, nowNs);
  armActivation(meters, row, nowNs);
  carryOverPush(meters, row, nowNs);
}
