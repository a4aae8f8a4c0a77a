import { messageOf } from '../../devices/domain/error-text.ts';
import type { EventFilter, MeterSettings } from '../../devices/domain/northbound.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import type { NorthboundDesk } from '../../devices/head-end/northbound.ts';
import { NotInManifest } from '../../devices/head-end/master-list.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { BenchError } from '../port/bench.ts';
import type { CampaignRequest, EventQuery, Northbound } from '../port/northbound.ts';
import type { Hosts } from './hosts.ts';
import type { ClockReading } from './northbound-schema.ts';

type Change = Parameters<Northbound['configure']>[1];
type ConfigureAnswer = Awaited<ReturnType<Northbound['configure']>>[number];

/** What of Northbound needs nothing but the head-end in this process. */
export type NorthboundMethods = Omit<Northbound, 'clockOffset' | 'listen' | 'close'>;

/**
 * The northbound side of the head-end in this process. Each call is a turn of its own, so that it
 * is answered when what it changed is durable.
 */
export class LocalNorthbound implements NorthboundMethods {
  readonly name: string;
  readonly #hosts: Hosts;

  constructor(name: string, hosts: Hosts) {
    this.name = name;
    this.#hosts = hosts;
  }

  setClockSkew(skewNs: number) {
    return this.#ask((desk) => desk.setClockSkew(skewNs));
  }

  records(serials: readonly string[]) {
    return this.#ask((desk) => desk.records(serials));
  }

  configurations(serials: readonly string[]) {
    return this.#ask((desk) => desk.configurations(serials));
  }

  provision(serials: readonly string[], settings: MeterSettings) {
    return this.#ask((desk, nowMs) => desk.provision(nowMs, serials, settings));
  }

  provisionings(serials: readonly string[]) {
    return this.#ask((desk) => desk.provisionings(serials));
  }

  configure(serials: readonly string[], change: Change): Promise<ConfigureAnswer[]> {
    return this.#askEach(serials, (desk, nowMs, serial, done) =>
      desk.configure(nowMs, serial, change, done),
    );
  }

  configureEvents(serials: readonly string[], filter: EventFilter): Promise<ConfigureAnswer[]> {
    return this.#askEach(serials, (desk, nowMs, serial, done) =>
      desk.configureEvents(nowMs, serial, filter, done),
    );
  }

  async #askEach(
    serials: readonly string[],
    ask: (
      desk: NorthboundDesk,
      nowMs: number,
      serial: string,
      done: (answer: ConfigureAnswer) => void,
    ) => void,
  ): Promise<ConfigureAnswer[]> {
    const answers = await this.#ask((desk, nowMs) => {
      // All are looked up before the first is asked: a refused call has sent nothing.
      desk.records(serials);
      return serials.map(
        (serial) =>
          new Promise<ConfigureAnswer>((resolve) => {
            ask(desk, nowMs, serial, (answer) => resolve({ ...answer, serial }));
          }),
      );
    });
    return Promise.all(answers);
  }

  setDevicePin(serials: readonly string[], right: boolean) {
    return this.#ask((desk) => desk.setDevicePin(serials, right));
  }

  searchEvents(query: EventQuery) {
    return this.#ask((desk) => desk.searchEvents(query));
  }

  alarms(serials: readonly string[]) {
    return this.#ask((desk) => desk.alarms(serials));
  }

  async read(serial: string, intervals: number) {
    const { answer } = await this.#ask((desk, nowMs) => {
      const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<Northbound['read']>>>();
      desk.read(nowMs, serial, intervals, resolve);
      return { answer: promise };
    });
    return answer;
  }

  startCampaign(request: CampaignRequest) {
    return this.#ask((desk, nowMs) => desk.startCampaign(nowMs, request));
  }

  campaign(campaignId: number) {
    return this.#ask((desk) => {
      const record = desk.campaign(campaignId);
      if (record === undefined) throw this.#refusal(`there is no campaign ${campaignId}`);
      return record;
    });
  }

  payloads() {
    return this.#ask((desk) => desk.payloads());
  }

  counters() {
    return this.#ask((desk) => desk.counters());
  }

  /** Head-end's clock minus the host's. */
  clockSkewNs(): number {
    return this.#hosts.headEnd.northbound.clockSkewNs();
  }

  /** The head-end's own clock: the host's, and what an operator put between them. */
  readClock(): ClockReading {
    const { nowMs, belowMsNs } = this.#hosts.now();
    const shownNs = belowMsNs + this.clockSkewNs();
    const ms = Math.floor(shownNs / NS_PER_MS);
    return { utcMs: nowMs + ms, belowMsNs: shownNs - ms * NS_PER_MS };
  }

  /** @throws BenchError for what the head-end refuses */
  async #ask<T>(work: (desk: NorthboundDesk, nowMs: number) => T): Promise<T> {
    try {
      return this.#hosts.turn(() => work(this.#hosts.headEnd.northbound, this.#hosts.now().nowMs));
    } catch (error) {
      const isRefusal = error instanceof NotInManifest || error instanceof CodecError;
      throw isRefusal ? this.#refusal(messageOf(error), error) : error;
    }
  }

  #refusal(reason: string, cause?: unknown): BenchError {
    return new BenchError('head-end', `${this.name}: refused, ${reason}`, { cause });
  }
}
