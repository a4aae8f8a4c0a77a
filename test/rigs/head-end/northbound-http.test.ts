import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testIdentity } from '../../../devices/domain/identity.ts';
import type { NorthboundEvent } from '../../../devices/domain/northbound.ts';
import { serveHeadEnd } from '../../../rigs/head-end/server.ts';
import { lastGasp, registration, SETTINGS, until } from './scripted-meters.ts';
import { optionsFor, served } from './served.ts';

const SERIALS = [0, 1, 2].map((index) => testIdentity(index).serial);
const [FIRST = '', SECOND = '', SILENT = ''] = SERIALS;
const METERS = 5_000;
/** In the manifest, never heard of. */
const UNHEARD = testIdentity(METERS - 1).serial;

let at: Awaited<ReturnType<typeof served>>;
const events: NorthboundEvent[] = [];

function isProvisioned(event: NorthboundEvent): boolean {
  return event.type === 'provisioning' && event.provisioning.state === 'done';
}

function isEndOfCampaign(event: NorthboundEvent): boolean {
  return event.type === 'campaign' && event.campaign.endedAtMs !== null;
}

function post(path: string, body: string, type = 'application/json'): Promise<Response> {
  return fetch(at.url + path, { method: 'POST', headers: { 'content-type': type }, body });
}

beforeAll(async () => {
  const fleet = { meters: METERS, commissioned: 'fresh', settings: null } as const;
  at = await served({ ...optionsFor(':memory:'), fleet });
  at.client.listen((event) => events.push(event));
  const { meters, client } = at;
  meters.say(0, { kind: 'auto-configuration', identity: testIdentity(0) });
  meters.say(0, registration(0));
  meters.say(1, registration(1));
  await until(() => events.filter(({ type }) => type === 'record').length >= 2, 'two records');
  await client.provision([FIRST, SECOND], SETTINGS);
  await until(() => events.filter(isProvisioned).length === 2, 'two provisionings');
});

afterAll(() => at[Symbol.asyncDispose]());

describe('every method of Northbound over HTTP', () => {
  test('records: in the order that was asked, with what provisioning set', async () => {
    const records = await at.client.records([UNHEARD, FIRST]);
    expect(records.map(({ serial, state }) => [serial, state])).toEqual([
      [UNHEARD, 'unknown'],
      [FIRST, 'provisioned'],
    ]);
    expect(records[1]).toMatchObject({
      identity: testIdentity(0),
      settings: SETTINGS,
      coverage: { rssiDbm: -70 },
      registrations: 1,
    });
  });

  test('configurations', async () => {
    await until(
      () => at.meters.transactions.filter(({ kind }) => kind === 'write-parameter').length === 6,
      'six parameters',
    );
    const [first, second] = await at.client.configurations([FIRST, SECOND]);
    expect(first).toMatchObject({ autoConfigurations: 1, identity: testIdentity(0) });
    expect(first?.parameters).toMatchObject({ 'tms-ap-title': '.2.1' });
    expect(second).toMatchObject({ autoConfigurations: 0, identity: null });
  });

  test('provision and provisionings: refused for a meter that is not placed', async () => {
    const [refused] = await at.client.provision([UNHEARD], SETTINGS);
    expect(refused).toMatchObject({ serial: UNHEARD, state: 'refused' });
    const [done] = await at.client.provisionings([SECOND]);
    expect(done).toMatchObject({ state: 'done', moduleVersion: '4.2.0', overdue: false });
    expect(done?.steps[0]).toMatchObject({ transaction: 'get-version', outcome: 'done' });
  });

  test('configure', async () => {
    const answers = await at.client.configure([SECOND, FIRST], { intervalMinutes: 30 });
    expect(answers.map(({ serial, accepted }) => [serial, accepted])).toEqual([
      [SECOND, true],
      [FIRST, true],
    ]);
  });

  test('read: of a meter that answers, and of one that may not be read', async () => {
    const read = await at.client.read(FIRST, 4);
    expect(read).toMatchObject({
      outcome: 'read',
      reading: { serial: FIRST, pulses: [0, 1, 2, 3] },
    });
    expect(await at.client.read(UNHEARD, 4)).toMatchObject({ outcome: 'refused' });
  });

  test('startCampaign and campaign', async () => {
    const request = { serials: [FIRST, SECOND], clusterSize: 1, concurrency: 1, intervals: 2 };
    const { campaignId } = await at.client.startCampaign(request);
    await until(() => events.some(isEndOfCampaign), 'the end of the campaign');
    expect(await at.client.campaign(campaignId)).toMatchObject({ meters: 2, clusters: 2, read: 2 });
  });

  test('alarms, as event and on request; the instant of an event is the bench’s', async () => {
    const heard = new Promise<[NorthboundEvent, number]>((resolve) => {
      const stop = at.client.listen((event, receivedAtNs) => {
        if (event.type !== 'alarm') return;
        stop();
        resolve([event, receivedAtNs]);
      });
    });
    const saidAtNs = at.clock.nowNs();
    at.meters.say(2, lastGasp(7));
    const [event, receivedAtNs] = await heard;
    expect(event).toMatchObject({ type: 'alarm', alarm: { outageId: `${SILENT}/7` } });
    expect(receivedAtNs).toBeGreaterThan(saidAtNs);
    expect(receivedAtNs).toBeLessThanOrEqual(at.clock.nowNs());
    const alarms = await at.client.alarms([FIRST, SILENT]);
    expect(alarms).toEqual([(event as NorthboundEvent & { type: 'alarm' }).alarm]);
  });

  test('searchEvents: both ends belong to the window', async () => {
    const all = { serial: FIRST, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    const found = await at.client.searchEvents(all);
    const [fromMs = 0, toMs = 0] = [found.at(0)?.atMs, found.at(-1)?.atMs];
    expect(found.length).toBeGreaterThan(2);
    expect(await at.client.searchEvents({ serial: FIRST, fromMs, toMs })).toEqual(found);
    const inside = await at.client.searchEvents({ serial: FIRST, fromMs: fromMs + 1, toMs });
    expect(inside.length).toBeLessThan(found.length);
  });

  test('setDevicePin: done, and undone', async () => {
    await at.client.setDevicePin([FIRST], false);
    await at.client.setDevicePin([FIRST], true);
    expect(await at.client.read(FIRST, 1)).toMatchObject({ outcome: 'read' });
  });

  test('setClockSkew and clockOffset', async () => {
    const before = await at.client.clockOffset();
    await at.client.setClockSkew(90_000_000_000);
    const { offsetNs, uncertaintyNs } = await at.client.clockOffset();
    expect(Math.abs(offsetNs - before.offsetNs - 90e9)).toBeLessThan(
      uncertaintyNs + before.uncertaintyNs,
    );
    expect(uncertaintyNs).toBeLessThan(1e9);
    await at.client.setClockSkew(0);
  });

  test('payloads', async () => {
    const payloads = await at.client.payloads();
    const registrations = payloads.find(({ kind }) => kind === 'registration');
    expect(registrations?.messages).toBeGreaterThan(0);
    expect(registrations?.sentBytes).toBe(registrations?.rawBytes);
  });

  test('counters', async () => {
    const counters = await at.client.counters();
    expect(counters).toMatchObject({ badMac: 0, malformed: 0, unknownMeter: 0, replays: 0 });
    expect(counters.opened).toBe(counters.received);
    expect(counters.sent).toBeGreaterThan(0);
  });

  test('thousands of meters in one call', async () => {
    const serials = Array.from({ length: METERS }, (_, index) => testIdentity(index).serial);
    const records = await at.client.records(serials);
    expect(records.map(({ serial }) => serial)).toEqual(serials);
    const begun = await at.client.provision(serials.slice(3), SETTINGS);
    expect(begun.map(({ state }) => state)).toEqual(serials.slice(3).map(() => 'refused'));
  });
});

describe('what is no good request', () => {
  test.each([
    ['/meters/query', 400, 'body: no JSON', '{'],
    ['/meters/query', 400, 'serials: ', '{}'],
    ['/meters/query', 400, 'serials.0: ', '{"serials":[1]}'],
    ['/reads', 400, 'intervals: ', '{"serial":"60000001","intervals":97}'],
    ['/provisionings', 400, 'settings.intervalMinutes: ', '{"serials":[],"settings":{}}'],
    ['/meters/query', 422, 'meter 1 is not in the manifest', '{"serials":["1"]}'],
    ['/reads', 422, 'meter 1 is not in the manifest', '{"serial":"1","intervals":1}'],
    ['/configure', 422, 'meter 1 is not in the manifest', '{"serials":["1"],"settings":{}}'],
    ['/nothing', 404, 'POST /nothing: no such route', '{}'],
    ['/meters/query', 413, 'bytes wanted', ' '.repeat(3 << 20)],
  ])('POST %s gets %i, %s', async (path, status, error, body) => {
    const response = await post(path, body);
    const answer: unknown = await response.json();
    expect([response.status, answer]).toEqual([status, { error: expect.stringContaining(error) }]);
  });

  test.each([
    ['/campaigns/9', 422, 'there is no campaign 9'],
    ['/campaigns/x', 400, 'campaignId: '],
    ['/logged-events?serial=60000001', 400, 'fromMs: '],
  ])('GET %s gets %i, %s', async (path, status, error) => {
    const response = await fetch(at.url + path);
    const answer: unknown = await response.json();
    expect([response.status, answer]).toEqual([status, { error: expect.stringContaining(error) }]);
  });

  test('a form of some web page is not heard', async () => {
    const response = await post('/clock/skew', '{"skewNs":1}', 'text/plain');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('content-type: application/json wanted');
  });

  test('a client says what it awaited, for how long, where, and what came instead', async () => {
    await expect(at.client.campaign(9)).rejects.toMatchObject({
      blame: 'head-end',
      message: expect.stringMatching(
        /^client: awaited the answer to GET \/campaigns\/9 at http:.+ for .+, got 422, .+ no campaign 9$/,
      ),
    });
  });

  test('a head-end that is gone is named', async () => {
    const gone = await served();
    await gone.server.close();
    await expect(gone.client.counters()).rejects.toThrow(/GET \/counters at .+ECONNREFUSED/);
    await gone.client.close();
    await gone.meters[Symbol.asyncDispose]();
  });

  test('an address beyond the loopback interface is refused unless it is permitted', async () => {
    const options = { ...optionsFor(':memory:'), host: '0.0.0.0' };
    await expect(serveHeadEnd(options)).rejects.toThrow('an address of the loopback interface');
    const server = await serveHeadEnd({ ...options, beyondLoopback: true });
    await server.close();
  });

  test('a port that is taken is named, and nothing stays open', async () => {
    const northboundPort = Number(new URL(at.url).port);
    const options = { ...optionsFor(':memory:'), northboundPort };
    await expect(serveHeadEnd(options)).rejects.toThrow(`TCP 127.0.0.1:${northboundPort}`);
  });
});

describe('the OpenAPI document', () => {
  interface Operation {
    readonly summary: string;
    readonly responses: Record<string, { content: Record<string, { schema: object }> }>;
  }
  interface Document {
    readonly openapi: string;
    readonly paths: Record<string, Record<string, Operation>>;
    readonly components: object;
  }
  let document: Document;

  beforeAll(async () => {
    document = (await (await fetch(`${at.url}/openapi.json`)).json()) as Document;
  });

  /** Checks a value against the schema of a route's answer 200. */
  function mistakesOf(method: string, path: string, value: unknown): unknown {
    const schema =
      document.paths[path]?.[method]?.responses['200']?.content['application/json']?.schema;
    if (schema === undefined) throw new Error(`${method} ${path} is not described`);
    const ajv = new Ajv2020({ strict: false });
    const isValid = ajv.compile({ ...schema, components: document.components });
    return isValid(value) ? [] : isValid.errors;
  }

  test('describes every route with a summary', () => {
    expect(document.openapi).toBe('3.1.0');
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes.toSorted()).toEqual([
      'get /campaigns/{campaignId}',
      'get /clock',
      'get /counters',
      'get /events',
      'get /logged-events',
      'get /payloads',
      'post /alarms/query',
      'post /campaigns',
      'post /clock/skew',
      'post /configurations/query',
      'post /configure',
      'post /device-pins',
      'post /event-filters',
      'post /meters/query',
      'post /provisionings',
      'post /provisionings/query',
      'post /reads',
    ]);
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    expect(operations.filter(({ summary }) => summary.length < 10)).toEqual([]);
  });

  test('what is answered is as described', async () => {
    const { client } = at;
    const serials = [FIRST, UNHEARD];
    expect(mistakesOf('post', '/meters/query', await client.records(serials))).toEqual([]);
    const configurations = await client.configurations(serials);
    expect(mistakesOf('post', '/configurations/query', configurations)).toEqual([]);
    const provisionings = await client.provisionings(serials);
    expect(mistakesOf('post', '/provisionings/query', provisionings)).toEqual([]);
    expect(mistakesOf('post', '/reads', await client.read(FIRST, 2))).toEqual([]);
    expect(mistakesOf('get', '/counters', await client.counters())).toEqual([]);
  });

  test('control: what is not as described is found', async () => {
    const [record] = await at.client.records([FIRST]);
    expect(mistakesOf('post', '/meters/query', [{ ...record, state: 'lost' }])).not.toEqual([]);
    expect(mistakesOf('get', '/counters', {})).not.toEqual([]);
  });
});
