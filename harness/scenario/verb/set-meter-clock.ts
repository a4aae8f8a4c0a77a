import { z } from 'zod';
import { NS_PER_S } from '../../../devices/domain/time.ts';
import { duration } from '../value.ts';
import { defineVerb } from './verb.ts';

export const setMeterClock = defineVerb({
  kind: 'set-meter-clock',
  summary: 'Sets the meter clock off from the reference through the optical port.',
  documentation: `Afterwards the meter is ahead of the head-end's reference by \`off-by\` (behind, when it is negative).
With \`past-interval-edge\` the bench waits for the moment at which the meter then shows so much past
one of its interval edges (before it, when negative). The meter logs the setting itself: read the
event log afterwards so that these entries are not taken for a correction.`,
  example: 'do: set-meter-clock\nwith: { off-by: -30 s, past-interval-edge: 20 s }',
  schema: z.strictObject({
    'off-by': duration("How far the meter is ahead of the head-end's reference.", {}),
    'past-interval-edge': duration(
      'Where in its interval the meter is at the end of the step.',
      {},
    ).optional(),
  }),
  effects: ['writes'],
  compile: (written, values) => {
    const edge = written['past-interval-edge'];
    return {
      do: 'set-meter-clock',
      offByNs: values.durationNs(written['off-by']),
      pastIntervalEdgeNs: edge === undefined ? null : values.durationNs(edge),
    };
  },
  expectedNs: (action, { profile }) =>
    action.pastIntervalEdgeNs === null
      ? 4 * NS_PER_S
      : profile.loadProfile.intervalMinutes * 60 * NS_PER_S,
});
