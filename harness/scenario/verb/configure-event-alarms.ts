import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { count, duration, flag } from '../value.ts';
import { eventCodes, eventRange } from './event-codes.ts';
import { defineVerb } from './verb.ts';

export const configureEventAlarms = defineVerb({
  kind: 'configure-event-alarms',
  summary: 'Sets through the head-end which events the meter tells by itself.',
  documentation:
    'Each event has a filter of its own: it is told when it has come `at-least` so many times within ' +
    '`within`, exactly that long included. With `reset` counting begins anew after an alarm; without it ' +
    'every further event within that time is told too. The meter accepts or refuses it, which an `answer` ' +
    'can expect. Codes are those of C12.19 decade 7 (ST72).',
  example:
    'do: configure-event-alarms\nwith: { event: 47, at-least: 3, within: 10 min, reset: true }',
  schema: z.strictObject({
    ...eventCodes,
    'at-least': count('So many make an alarm.', 1),
    within: duration('Within so long.'),
    reset: flag('Whether counting begins anew after an alarm.'),
  }),
  effects: ['writes'],
  answers: true,
  compile: (written, values) => ({
    do: 'configure-event-alarms',
    ...eventRange(written, values),
    atLeast: values.count(written['at-least']),
    withinNs: values.durationNs(written.within),
    resetsCounter: values.flag(written.reset),
  }),
  expectedNs: () => 10 * NS_PER_S,
});
