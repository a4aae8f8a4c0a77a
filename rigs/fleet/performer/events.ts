import { CONDITION_STATES, type ConditionName } from '../../../devices/domain/condition.ts';
import { NS_PER_MS } from '../../../devices/domain/time.ts';
import { BenchError } from '../../port/bench.ts';
import { type FleetPerformer, selectionFor, serialsOf } from '../parts.ts';
import { observeAnswers } from './head-end.ts';

export const configureEventAlarms: FleetPerformer<'configure-event-alarms'> = {
  async perform(action, parts, context) {
    const { firstCode, lastCode, atLeast, withinNs, resetsCounter } = action;
    const withinMs = withinNs / NS_PER_MS;
    const filter = { firstCode, lastCode, atLeast, withinMs, resetsCounter };
    const serials = serialsOf(parts, context.of);
    const answers = await parts.northbound.configureEvents(serials, filter);
    observeAnswers(parts, context, answers);
  },
};

/** Sets what every meter of the group is under; a fleet is thrown away with its case. */
export const setStimulus: FleetPerformer<'set-stimulus'> = {
  async perform({ stimulus, state }, parts, context) {
    if (!isCondition(stimulus)) {
      throw new BenchError('scenario', `set-stimulus: meters of a fleet know no ${stimulus}`);
    }
    const [rest, present] = CONDITION_STATES[stimulus];
    if (state !== rest && state !== present) {
      throw new BenchError(
        'scenario',
        `set-stimulus: ${stimulus} is ${rest} or ${present}, not ${state}`,
      );
    }
    const selection = selectionFor(parts, context.of);
    const isPresent = state === present;
    await parts.fleet.command({
      kind: 'condition',
      selection,
      condition: stimulus,
      present: isPresent,
    });
  },
};

function isCondition(name: string): name is ConditionName {
  return Object.hasOwn(CONDITION_STATES, name);
}

export const raiseEvent: FleetPerformer<'raise-event'> = {
  async perform({ firstCode, lastCode, times, everyNs }, parts, context) {
    const selection = selectionFor(parts, context.of);
    const beganNs = parts.clock.nowNs();
    for (let time = 0; time < times; time++) {
      if (time > 0) await parts.clock.sleepUntil(beganNs + time * everyNs, context.signal);
      await parts.fleet.command({ kind: 'raise-event', selection, firstCode, lastCode });
    }
  },
};
