import { NS_PER_MS } from '../../../devices/domain/time.ts';
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
