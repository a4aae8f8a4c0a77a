/** The northbound side of a head-end in another process, over HTTP. */
import type { z } from '@hono/zod-openapi';
import type { EventSourceMessage } from 'eventsource-parser';
import type {
  EventFilter,
  MeterSettings,
  NorthboundEvent,
} from '../../devices/domain/northbound.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { CampaignRequest, EventQuery, Northbound } from '../port/northbound.ts';
import { EventStream, faultOf } from './event-stream.ts';
import { ANSWERS, issuesOf } from './northbound-schema.ts';

/** For what the head-end answers from its store. */
const ANSWER_WITHIN_MS = 30_000;
/** For what waits for meters: three attempts of the head-end, and what it does before them. */
const METERS_WITHIN_MS = 15 * 60_000;
const CONNECT_WITHIN_MS = 10_000;
/** The quickest of so many readings of the clock counts: the others waited somewhere. */
const CLOCK_READINGS = 9;
/** Expanded uncertainty (k = 2) of a rectangular distribution, by its half width. */
const RECTANGULAR_K2 = 2 / Math.sqrt(3);

export interface HttpNorthboundOptions {
  readonly name: string;
  /** Without a slash at its end. */
  readonly url: string;
  readonly clock: Clock;
  /** Told when the head-end sends an event that is none. */
  readonly onFault: (fault: BenchError) => void;
}

type Listener = (event: NorthboundEvent, receivedAtNs: number) => void;

/**
 * Northbound over HTTP. Its connection for events is made again when it breaks, also when the
 * head-end was killed and started again, and goes on with the next event.
 */
export class HttpNorthbound implements Northbound {
  readonly #options: HttpNorthboundOptions;
  readonly #listeners = new Set<Listener>();
  readonly #events: EventStream;

  private constructor(options: HttpNorthboundOptions) {
    this.#options = options;
    this.#events = new EventStream({
      url: `${options.url}/events`,
      nowNs: () => options.clock.nowNs(),
      onMessage: (message, receivedAtNs) => this.#hear(message, receivedAtNs),
    });
  }

  /**
   * Connects, so that no event is missed from here on.
   * @throws BenchError when the head-end's events cannot be followed
   */
  static async connect(options: HttpNorthboundOptions): Promise<HttpNorthbound> {
    const northbound = new HttpNorthbound(options);
    const events = northbound.#events;
    const late = new Promise<'late'>((resolve) => {
      setTimeout(resolve, CONNECT_WITHIN_MS, 'late').unref();
    });
    if ((await Promise.race([events.ready, late])) === 'late') {
      await events.close();
      throw northbound.#fault('GET /events', CONNECT_WITHIN_MS, events.lastFault);
    }
    return northbound;
  }

  get name(): string {
    return this.#options.name;
  }

  /** The quickest of several readings; where in it the clock was read is not known. */
  async clockOffset(): Promise<{ offsetNs: number; uncertaintyNs: number }> {
    const { clock } = this.#options;
    let best = { offsetNs: 0, uncertaintyNs: Number.POSITIVE_INFINITY };
    for (let reading = 0; reading < CLOCK_READINGS; reading++) {
      const askedNs = clock.nowNs();
      const { utcMs, belowMsNs } = await this.#get('/clock', ANSWERS.clock);
      const roundTripNs = clock.nowNs() - askedNs;
      const uncertaintyNs = Math.ceil((roundTripNs / 2) * RECTANGULAR_K2);
      if (uncertaintyNs >= best.uncertaintyNs) continue;
      const headEndNs = (utcMs - clock.startUtcMs) * NS_PER_MS + belowMsNs;
      best = { offsetNs: Math.round(headEndNs - askedNs - roundTripNs / 2), uncertaintyNs };
    }
    return best;
  }

  async setClockSkew(skewNs: number): Promise<void> {
    await this.#post('/clock/skew', { skewNs }, ANSWERS.done);
  }

  records(serials: readonly string[]) {
    return this.#post('/meters/query', { serials }, ANSWERS.records);
  }

  configurations(serials: readonly string[]) {
    return this.#post('/configurations/query', { serials }, ANSWERS.configurations);
  }

  provision(serials: readonly string[], settings: MeterSettings) {
    return this.#post('/provisionings', { serials, settings }, ANSWERS.provisionings);
  }

  provisionings(serials: readonly string[]) {
    return this.#post('/provisionings/query', { serials }, ANSWERS.provisionings);
  }

  configure(serials: readonly string[], settings: Parameters<Northbound['configure']>[1]) {
    const body = { serials, settings };
    return this.#post('/configure', body, ANSWERS.configureAnswers, METERS_WITHIN_MS);
  }

  configureEvents(serials: readonly string[], filter: EventFilter) {
    const body = { serials, filter };
    return this.#post('/event-filters', body, ANSWERS.configureAnswers, METERS_WITHIN_MS);
  }

  async setDevicePin(serials: readonly string[], right: boolean): Promise<void> {
    await this.#post('/device-pins', { serials, right }, ANSWERS.done);
  }

  searchEvents({ serial, fromMs, toMs }: EventQuery) {
    const query = new URLSearchParams({ serial, fromMs: `${fromMs}`, toMs: `${toMs}` });
    return this.#get(`/logged-events?${query.toString()}`, ANSWERS.loggedEvents);
  }

  alarms(serials: readonly string[]) {
    return this.#post('/alarms/query', { serials }, ANSWERS.alarms);
  }

  read(serial: string, intervals: number) {
    return this.#post('/reads', { serial, intervals }, ANSWERS.readAnswer, METERS_WITHIN_MS);
  }

  startCampaign(request: CampaignRequest) {
    return this.#post('/campaigns', request, ANSWERS.campaign);
  }

  campaign(campaignId: number) {
    return this.#get(`/campaigns/${campaignId}`, ANSWERS.campaign);
  }

  payloads() {
    return this.#get('/payloads', ANSWERS.payloads);
  }

  counters() {
    return this.#get('/counters', ANSWERS.counters);
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#events.close();
  }

  #hear({ data }: EventSourceMessage, receivedAtNs: number): void {
    const event = ANSWERS.event.safeParse(jsonOf(data));
    if (!event.success) {
      const fault = `events: ${issuesOf(event.error)} in '${data.slice(0, 80)}'`;
      this.#options.onFault(new BenchError('head-end', `${this.name}: ${fault}`));
      return;
    }
    for (const listener of this.#listeners) listener(event.data, receivedAtNs);
  }

  #get<Answer extends z.ZodType>(path: string, answer: Answer): Promise<z.output<Answer>> {
    return this.#ask(`GET ${path}`, path, {}, answer, ANSWER_WITHIN_MS);
  }

  #post<Answer extends z.ZodType>(
    path: string,
    body: object,
    answer: Answer,
    withinMs = ANSWER_WITHIN_MS,
  ): Promise<z.output<Answer>> {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify(body) };
    return this.#ask(`POST ${path}`, path, request, answer, withinMs);
  }

  async #ask<Answer extends z.ZodType>(
    what: string,
    path: string,
    request: RequestInit,
    answer: Answer,
    withinMs: number,
  ): Promise<z.output<Answer>> {
    const { clock, url } = this.#options;
    const askedNs = clock.nowNs();
    const fault = (came: string) =>
      this.#fault(what, Math.round((clock.nowNs() - askedNs) / NS_PER_MS), came);
    let text: string;
    let status: number;
    try {
      const signal = AbortSignal.timeout(withinMs);
      const response = await fetch(url + path, { ...request, signal });
      [status, text] = [response.status, await response.text()];
    } catch (error) {
      throw fault(faultOf(error));
    }
    const body = jsonOf(text);
    const refusal = ANSWERS.error.safeParse(body);
    if (refusal.success) throw fault(`${status}, ${refusal.data.error}`);
    const answered = answer.safeParse(body);
    if (answered.success) return answered.data;
    throw fault(`${status}, '${text.slice(0, 80)}' (${issuesOf(answered.error)})`);
  }

  #fault(what: string, afterMs: number, came: string): BenchError {
    const waited = formatDurationNs(afterMs * NS_PER_MS);
    const { name, url } = this.#options;
    return new BenchError(
      'head-end',
      `${name}: awaited the answer to ${what} at ${url} for ${waited}, got ${came}`,
    );
  }
}

/** Undefined for a text that is no JSON, which no schema accepts. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
