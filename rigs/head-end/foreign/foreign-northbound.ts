/** The northbound side of a head-end that somebody else wrote, by its head-end file. */
import { z } from 'zod';
import {
  ALARM_KINDS,
  type Alarm,
  type EventFilter,
  type MeterSettings,
  type NorthboundEvent,
} from '../../../devices/domain/northbound.ts';
import { NS_PER_MS } from '../../../devices/domain/time.ts';
import { BenchError } from '../../port/bench.ts';
import type { Clock } from '../../port/clock.ts';
import type { CampaignRequest, EventQuery, Northbound } from '../../port/northbound.ts';
import { ANSWERS, issuesOf } from '../northbound-schema.ts';
import { Caller, type Environment, mappedBy } from './caller.ts';
import type { ControlName } from './capabilities.ts';
import type { HeadEndFile, ObserverDescription } from './head-end-file.ts';
import { type Observer, openObserver } from './observer/observer.ts';
import { TOLD, Words } from './words.ts';

const READY_WITHIN_MS = 10_000;
const CLOCK_READINGS = 5;
/** Expanded uncertainty (k = 2) of a rectangular distribution, by its half width. */
const RECTANGULAR_K2 = 2 / Math.sqrt(3);
const SHOWN = 120;
/** Whatever the head-end says to it: that it answers without a refusal is enough. */
const ANY = z.unknown();
const ANY_LIST = z.unknown().transform((): readonly never[] => []);

export interface ForeignOptions {
  readonly file: HeadEndFile;
  readonly clock: Clock;
  readonly environment: Environment;
  /** Told when the head-end tells what is none, or its mapping fails. */
  readonly onFault: (fault: BenchError) => void;
}

type Listener = (event: NorthboundEvent, receivedAtNs: number) => void;

/** Northbound by a head-end file: what it has no call for is never asked (see capabilities). */
export class ForeignNorthbound implements Northbound {
  readonly name: string;
  readonly #options: ForeignOptions;
  readonly #caller: Caller;
  readonly #words: Words;
  readonly #listeners = new Set<Listener>();
  readonly #observers: Observer[] = [];
  /** What was heard is mapped in the order in which it came. */
  #mapping: Promise<void> = Promise.resolve();
  #heard = 0;

  private constructor(options: ForeignOptions) {
    const { file, environment } = options;
    this.name = file['head-end'];
    this.#options = options;
    this.#caller = new Caller(file, environment);
    this.#words = new Words(file, ALARM_KINDS);
  }

  /** Opens every observer, so that no event is missed from here on. @throws BenchError */
  static async connect(options: ForeignOptions): Promise<ForeignNorthbound> {
    const northbound = new ForeignNorthbound(options);
    try {
      for (const [place, described] of options.file.northbound.entries()) {
        await northbound.#observe(described, `northbound ${place + 1}`);
      }
    } catch (error) {
      await northbound.close();
      throw error;
    }
    return northbound;
  }

  async #observe(described: ObserverDescription, what: string): Promise<void> {
    const { clock, environment } = this.#options;
    const observer = await openObserver(described, {
      nowNs: () => clock.nowNs(),
      environment,
      heard: (message, receivedAtNs) => {
        this.#mapping = this.#mapping.then(() =>
          this.#hear(message, receivedAtNs, described, what),
        );
      },
    });
    this.#observers.push(observer);
    const late = new Promise<'late'>((resolve) => {
      setTimeout(resolve, READY_WITHIN_MS, 'late').unref();
    });
    if ((await Promise.race([observer.ready, late])) !== 'late') return;
    throw new BenchError(
      'head-end',
      `${this.name}: awaited ${what} for ${READY_WITHIN_MS / 1e3} s, got ${observer.fault() ?? 'nothing'}`,
    );
  }

  async #hear(
    message: unknown,
    receivedAtNs: number,
    { map }: ObserverDescription,
    what: string,
  ): Promise<void> {
    this.#heard += 1;
    const { clock, onFault } = this.#options;
    try {
      const meaning =
        map === undefined ? message : await mappedBy(map, message, `${this.name}: ${what}: map`);
      const events = Array.isArray(meaning) ? (meaning as unknown[]) : [meaning];
      for (const told of events) {
        // A mapping that makes nothing of a message says that it is none of ours.
        if (told === undefined || told === null) continue;
        const parsed = TOLD.event.safeParse(told);
        if (!parsed.success) {
          const shown = JSON.stringify(told).slice(0, SHOWN);
          throw new BenchError(
            'head-end',
            `${this.name}: ${what}: ${issuesOf(parsed.error)} in ${shown}`,
          );
        }
        const event = this.#words.event(parsed.data, clock.startUtcMs + receivedAtNs / NS_PER_MS);
        if (event === null) continue;
        for (const listener of this.#listeners) listener(event, receivedAtNs);
      }
    } catch (error) {
      if (!(error instanceof BenchError)) throw error;
      onFault(error);
    }
  }

  /** Messages heard so far, and the codes among them that stand in no map. */
  get heard(): { readonly messages: number; readonly unmapped: ReadonlyMap<string, number> } {
    return { messages: this.#heard, unmapped: this.#words.unmapped };
  }

  /** The quickest of several readings; without a clock to ask nothing is known of it. */
  async clockOffset(): Promise<{ offsetNs: number; uncertaintyNs: number }> {
    const { clock } = this.#options;
    let best = { offsetNs: 0, uncertaintyNs: Number.POSITIVE_INFINITY };
    for (let reading = 0; reading < CLOCK_READINGS; reading++) {
      const askedNs = clock.nowNs();
      const { utcMs, belowMsNs } = await this.#caller.call('clock', {}, ANSWERS.clock);
      const roundTripNs = clock.nowNs() - askedNs;
      const uncertaintyNs = Math.ceil((roundTripNs / 2) * RECTANGULAR_K2);
      if (uncertaintyNs >= best.uncertaintyNs) continue;
      const headEndNs = (utcMs - clock.startUtcMs) * NS_PER_MS + belowMsNs;
      best = { offsetNs: Math.round(headEndNs - askedNs - roundTripNs / 2), uncertaintyNs };
    }
    return best;
  }

  async setClockSkew(skewNs: number): Promise<void> {
    await this.#caller.call('set-clock-skew', { skewNs }, ANY);
  }

  /** As many as the answer has under one serial number: a record that is doubled shows. REG-06 */
  async records(serials: readonly string[]) {
    const told = await this.#caller.callForAll('records', serials, {}, TOLD.records);
    const counts = Map.groupBy(told, ({ serial }) => serial);
    return [...counts.values()].flatMap(([first, ...more]) =>
      first === undefined ? [] : [{ ...first, records: first.records + more.length }],
    );
  }

  configurations(serials: readonly string[]) {
    return this.#caller.callForAll('configurations', serials, {}, TOLD.configurations);
  }

  provision(serials: readonly string[], settings: MeterSettings) {
    return this.#caller.callForAll('provision', serials, { settings }, TOLD.provisionings);
  }

  provisionings(serials: readonly string[]) {
    return this.#caller.callForAll('provisionings', serials, {}, TOLD.provisionings);
  }

  configure(serials: readonly string[], settings: Parameters<Northbound['configure']>[1]) {
    return this.#caller.callForAll('configure', serials, { settings }, TOLD.configureAnswers);
  }

  configureEvents(serials: readonly string[], filter: EventFilter) {
    return this.#caller.callForAll('configure-events', serials, { filter }, TOLD.configureAnswers);
  }

  async setDevicePin(serials: readonly string[], right: boolean): Promise<void> {
    await this.#caller.callForAll('set-device-pin', serials, { right }, ANY_LIST);
  }

  searchEvents(query: EventQuery) {
    return this.#caller.call('search-events', query, TOLD.loggedEvents);
  }

  async alarms(serials: readonly string[]): Promise<readonly Alarm[]> {
    const told = await this.#caller.callForAll('alarms', serials, {}, TOLD.alarms);
    const { clock } = this.#options;
    const nowMs = clock.startUtcMs + clock.nowNs() / NS_PER_MS;
    return told.flatMap((alarm) => this.#words.alarm(alarm, nowMs) ?? []);
  }

  read(serial: string, intervals: number) {
    return this.#caller.call('read', { serial, intervals }, ANSWERS.readAnswer);
  }

  startCampaign(request: CampaignRequest) {
    return this.#caller.call('start-campaign', request, ANSWERS.campaign);
  }

  campaign(campaignId: number) {
    return this.#caller.call('campaign', { campaignId }, ANSWERS.campaign);
  }

  counters() {
    return this.#caller.call('counters', {}, ANSWERS.counters);
  }

  payloads() {
    return this.#caller.call('payloads', {}, TOLD.payloads);
  }

  /** Makes the head-end ready for a fleet, or takes it back: nothing where its file has no such call. */
  async ask(name: Extract<ControlName, 'prepare' | 'reset'>, asked: object): Promise<void> {
    if (this.#caller.has(name)) await this.#caller.call(name, asked, ANY);
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    for (const observer of this.#observers) await observer.close();
    await this.#mapping;
  }
}
