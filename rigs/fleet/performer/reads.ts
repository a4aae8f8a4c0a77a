import type { CampaignRecord, SouthboundCounters } from '../../../devices/domain/northbound.ts';
import { formatDurationNs } from '../../../devices/domain/quantity.ts';
import type { PathCounter } from '../../port/action.ts';
import { BenchError, type PerformContext } from '../../port/bench.ts';
import type { Reading } from '../../port/observation.ts';
import {
  type FleetParts,
  type FleetPerformer,
  WHOLE_FLEET,
  fleetObservation,
  serialsOf,
} from '../parts.ts';
import { waitForHeadEnd } from './waiting.ts';

/** Reads that are under way at one time; the head-end takes them one by one. */
const READS_AT_ONCE = 50;

export const readIntervals: FleetPerformer<'read-intervals'> = {
  async perform(action, parts, context) {
    const serials = serialsOf(parts, context.of);
    for (let first = 0; first < serials.length; first += READS_AT_ONCE) {
      context.signal.throwIfAborted();
      const some = serials.slice(first, first + READS_AT_ONCE);
      await Promise.all(some.map((serial) => readOne(parts, serial, action.intervals)));
    }
  },
};

async function readOne(
  { northbound, memory }: FleetParts,
  serial: string,
  intervals: number,
): Promise<void> {
  const answer = await northbound.read(serial, intervals);
  const before = memory.reads.get(serial)?.answer;
  if (before?.outcome === 'read') memory.earlier.set(serial, before.reading);
  memory.reads.set(serial, { asked: intervals, answer });
}

export const pollMeters: FleetPerformer<'poll-meters'> = {
  async perform(action, parts, context) {
    const { northbound, fleet } = parts;
    fleet.inFlight.reset();
    const { clusterSize, concurrency, intervals, onlyMissing, withinNs } = action;
    const serials = serialsOf(parts, context.of);
    const order = { serials, clusterSize, concurrency, intervals, onlyMissing };
    const begun = await northbound.startCampaign(order);
    const campaign = await campaignEnd(parts, context, begun, withinNs);
    if (campaign.endedAtMs === null) {
      throw new BenchError(
        'head-end',
        `${northbound.name}: awaited the end of campaign ${begun.campaignId} over ${serials.length} ` +
          `meters for ${formatDurationNs(withinNs)}; ${campaign.read} are read, ${campaign.failed} failed`,
      );
    }
    const { meters, clusters, read, failed } = campaign;
    const raw = { meters, clusters, read, failed };
    const reading = countReading(action.as, fleet.inFlight.maximum(), raw);
    context.observe(fleetObservation(parts, 'module-link', WHOLE_FLEET, reading));
  },
};

async function campaignEnd(
  parts: FleetParts,
  context: PerformContext,
  begun: CampaignRecord,
  withinNs: number,
): Promise<CampaignRecord> {
  let newest = begun;
  const open = new Set([String(begun.campaignId)]);
  const take = (campaign: CampaignRecord): void => {
    if (campaign.campaignId !== begun.campaignId) return;
    newest = campaign;
    if (campaign.endedAtMs !== null) open.clear();
  };
  await waitForHeadEnd(parts, context, {
    withinNs,
    open,
    heard: (event) => {
      if (event.type === 'campaign') take(event.campaign);
    },
    ask: async () => take(await parts.northbound.campaign(begun.campaignId)),
  });
  return newest;
}

const COUNTERS: Readonly<Record<PathCounter, keyof SouthboundCounters>> = {
  replays: 'replays',
  'bad-mac': 'badMac',
  'out-of-order': 'outOfOrder',
  'unknown-meter': 'unknownMeter',
  malformed: 'malformed',
};

export const readCounter: FleetPerformer<'read-counter'> = {
  async perform(action, parts, context) {
    const counters = await parts.northbound.counters();
    // A head-end into which nothing came has nothing to count: the reading shows it.
    const { received, opened, sent } = counters;
    const raw = { received, opened, sent };
    const reading = countReading(action.as, counters[COUNTERS[action.counter]], raw);
    context.observe(fleetObservation(parts, 'head-end', WHOLE_FLEET, reading));
  },
};

/** A number that was counted: it is exact. */
function countReading(name: string, value: number, raw: Reading['raw']): Reading {
  return {
    kind: 'reading',
    name,
    value,
    unit: 'count',
    expandedUncertainty: 0,
    coverageFactor: 2,
    budget: [],
    resolution: 1,
    ticks: null,
    raw,
  };
}

export const searchEvents: FleetPerformer<'search-events'> = {
  async perform(_action, parts, context) {
    const { northbound, memory } = parts;
    for (const record of await northbound.provisionings(serialsOf(parts, context.of))) {
      context.signal.throwIfAborted();
      const { serial, requestedAtMs, endedAtMs, steps } = record;
      const window = { serial, fromMs: requestedAtMs, toMs: endedAtMs ?? requestedAtMs };
      const found = await northbound.searchEvents(window);
      const inside = await northbound.searchEvents({
        serial,
        fromMs: window.fromMs + 1,
        toMs: window.toMs - 1,
      });
      const answered = steps.filter(({ answeredAtMs }) => answeredAtMs !== null).length;
      // The request, each step as it was sent and as it was answered, and the end.
      const expected = 2 + steps.length + answered;
      memory.searches.set(serial, { found: found.length, expected, foundInside: inside.length });
    }
  },
};
