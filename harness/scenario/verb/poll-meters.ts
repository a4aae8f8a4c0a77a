import { z } from 'zod';
import { count, duration, flag } from '../value.ts';
import { asName, defineVerb } from './verb.ts';

export const pollMeters = defineVerb({
  kind: 'poll-meters',
  summary: 'Has the head-end poll the meters of the group in a campaign of its own.',
  documentation: `The head-end is told the size of its clusters and its concurrency, and keeps to them by itself. The
measurement is the greatest number of transactions that were in flight at the meters at one time: between
the request's entry into the carrier and the answer's leaving it.`,
  example:
    'do: poll-meters\nwith: { as: inFlight, cluster: 100, concurrency: 100, intervals: 4, within: 1 h }',
  schema: z.strictObject({
    as: asName,
    cluster: count('Meters in a cluster.'),
    concurrency: count('The most transactions in flight that the head-end is allowed.'),
    intervals: count('How many intervals of each meter.'),
    'only-missing': flag('Only meters that should have reported by their schedule.').optional(),
    within: duration('Longest time to wait for the end of the campaign.'),
  }),
  effects: ['reads'],
  yields: { kind: 'measurement', unit: 'count' },
  compile: (written, values) => ({
    do: 'poll-meters',
    as: written.as,
    clusterSize: values.count(written.cluster),
    concurrency: values.count(written.concurrency),
    intervals: values.count(written.intervals),
    onlyMissing: written['only-missing'] !== undefined && values.flag(written['only-missing']),
    withinNs: values.durationNs(written.within),
  }),
  expectedNs: (action) => action.withinNs,
});
