import { type Performer, need, observationOf } from '../parts.ts';

export const awaitMessage: Performer<'await'> = {
  needs: ['messages'],
  async perform(action, parts, context) {
    await need(parts, 'messages', 'await').next(action.message, action.withinNs, context.signal);
  },
};

export const wait: Performer<'wait'> = {
  needs: [],
  async perform(action, parts, context) {
    await parts.clock.sleepUntil(parts.clock.nowNs() + action.forNs, context.signal);
  },
};

export const configureClockSync: Performer<'configure-clock-sync'> = {
  needs: ['headEnd'],
  async perform(action, parts, context) {
    const answer = await need(parts, 'headEnd', 'configure-clock-sync').configureClockSync(action);
    context.observe(observationOf(parts, 'head-end', { kind: 'answer', ...answer }));
  },
};

export const configureOutageAlarms: Performer<'configure-outage-alarms'> = {
  needs: ['headEnd'],
  async perform(action, parts, context) {
    const side = need(parts, 'headEnd', 'configure-outage-alarms');
    const answer = await side.configureOutageAlarms(action);
    context.observe(observationOf(parts, 'head-end', { kind: 'answer', ...answer }));
  },
};
