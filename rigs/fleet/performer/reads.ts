import type { CampaignRecord } from '../../../devices/domain/northbound.ts';
import { formatDurationNs } from '../../../devices/domain/quantity.ts';
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
    const { clusterSize, concurrency, intervals, withinNs } = action;
    const serials = serialsOf(parts, context.of);
    const begun = await northbound.startCampaign({ serials, clusterSize, concurrency, intervals });
    const campaign = await campaignEnd(parts, context, begun, withinNs);
    if (campaign.endedAtMs === null) {
      throw new BenchError(
        'head-end',
        `${northbound.name}: awaited the end of campaign ${begun.campaignId} over ${serials.length} ` +
          `meters for ${formatDurationNs(withinNs)}; ${campaign.read} are read, ${campaign.failed} failed`,
      );
    }
    const reading = inFlightReading(action.as, fleet.inFlight.maximum(), campaign);
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

function inFlightReading(name: string, value: number, campaign: CampaignRecord): Reading {
  const { meters, clusters, read, failed } = campaign;
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
    raw: { meters, clusters, read, failed },
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
