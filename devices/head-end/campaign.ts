import type { CampaignRecord, ReadAnswer } from '../domain/northbound.ts';
import { checkIntervals, type ReadingDesk } from './readings.ts';
import type { Shared } from './shared.ts';
import type { CampaignOrder } from './store.ts';

interface Campaign {
  readonly order: CampaignOrder;
  record: CampaignRecord;
  /** Place of the next meter to be asked, and the one where its cluster ends. */
  next: number;
  clusterEnd: number;
  /** Asked in this cluster, and neither answered nor given up. */
  open: number;
  isAdvancing: boolean;
}

/**
 * Polls of many meters: cluster by cluster, so that their slots do not overlap, and never more
 * requests in flight than allowed, over all campaigns. LOD-01, LOD-02 (source 004:15, 47)
 */
export class Campaigns {
  readonly #shared: Shared;
  readonly #readings: ReadingDesk;
  readonly #running = new Map<number, Campaign>();
  /** Of all campaigns: what waits for a retry or a time-out still loads the gateway. */
  #inFlight = 0;

  constructor(shared: Shared, readings: ReadingDesk) {
    this.#shared = shared;
    this.#readings = readings;
  }

  /** @throws CodecError for a number of intervals that no read can ask, NotInManifest, RangeError */
  start(nowMs: number, asked: CampaignOrder): CampaignRecord {
    const { store, list } = this.#shared;
    checkOrder(asked);
    for (const serial of asked.serials) list.entry(serial);
    const { onlyMissing = false } = asked;
    const wanted = onlyMissing ? this.#readings.missing(nowMs, asked.serials) : asked.serials;
    const order = { ...asked, serials: wanted };
    const campaignId = [...store.campaigns.entries()].length + 1;
    const { serials, clusterSize, concurrency } = order;
    const record: CampaignRecord = {
      campaignId,
      meters: serials.length,
      clusters: Math.ceil(serials.length / clusterSize),
      clusterSize,
      concurrency,
      startedAtMs: this.#shared.chronicle.stampMs(nowMs),
      endedAtMs: null,
      read: 0,
      failed: 0,
    };
    store.campaignOrders.put(campaignId, order);
    this.#run(nowMs, order, record);
    return record;
  }

  /** As it stands now. */
  record(campaignId: number): CampaignRecord | undefined {
    return this.#running.get(campaignId)?.record ?? this.#shared.store.campaigns.get(campaignId);
  }

  /** Goes on with the first cluster that was not through when the head-end stopped. */
  resume(nowMs: number): void {
    const { store } = this.#shared;
    const open = [...store.campaigns.entries()].filter(([, record]) => record.endedAtMs === null);
    for (const [campaignId, record] of open) {
      const order = store.campaignOrders.get(campaignId);
      if (order !== undefined) this.#run(nowMs, order, record);
    }
  }

  #run(nowMs: number, order: CampaignOrder, record: CampaignRecord): void {
    const done = record.read + record.failed;
    const campaign = {
      order,
      record,
      next: done,
      clusterEnd: Math.min(done + order.clusterSize, order.serials.length),
      open: 0,
      isAdvancing: false,
    };
    this.#running.set(record.campaignId, campaign);
    this.#keep(nowMs, campaign);
    this.#advance(nowMs, campaign);
  }

  /** Asks as many as may be asked, cluster after cluster. */
  #advance(nowMs: number, campaign: Campaign): void {
    // A meter that may not be read fails at once, from within: one loop is enough.
    if (campaign.isAdvancing || campaign.record.endedAtMs !== null) return;
    campaign.isAdvancing = true;
    const { rules, chronicle } = this.#shared;
    const { serials, clusterSize, concurrency } = campaign.order;
    for (;;) {
      while (
        campaign.next < campaign.clusterEnd &&
        rules.mayStartPoll(this.#inFlight, concurrency)
      ) {
        this.#poll(nowMs, campaign, serials[campaign.next++] ?? '');
      }
      if (campaign.next < campaign.clusterEnd || !rules.nextClusterMayStart(campaign.open)) break;
      if (campaign.clusterEnd === serials.length) {
        if (campaign.open > 0) break;
        campaign.record = { ...campaign.record, endedAtMs: chronicle.stampMs(nowMs) };
        this.#running.delete(campaign.record.campaignId);
        this.#keep(nowMs, campaign);
        break;
      }
      campaign.clusterEnd = Math.min(campaign.clusterEnd + clusterSize, serials.length);
      this.#keep(nowMs, campaign);
    }
    campaign.isAdvancing = false;
  }

  #poll(nowMs: number, campaign: Campaign, serial: string): void {
    this.#inFlight++;
    campaign.open++;
    this.#readings.read(nowMs, serial, campaign.order.intervals, (atMs, answer) => {
      this.#inFlight--;
      campaign.open--;
      campaign.record = counted(campaign.record, answer);
      for (const each of this.#running.values()) this.#advance(atMs, each);
    });
  }

  #keep(nowMs: number, { record }: Campaign): void {
    const { store, chronicle } = this.#shared;
    store.campaigns.put(record.campaignId, record);
    chronicle.publish(nowMs, { type: 'campaign', campaign: record });
  }
}

function counted(record: CampaignRecord, { outcome }: ReadAnswer): CampaignRecord {
  if (outcome === 'read') return { ...record, read: record.read + 1 };
  return { ...record, failed: record.failed + 1 };
}

function checkOrder({ serials, clusterSize, concurrency, intervals }: CampaignOrder): void {
  checkIntervals(intervals);
  for (const [name, value] of Object.entries({
    meters: serials.length,
    clusterSize,
    concurrency,
  })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`campaign: ${name} of 1 or more wanted, ${value} given`);
    }
  }
}
