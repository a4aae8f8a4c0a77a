/**
 * A head-end's northbound side over HTTP: one route for each method of Northbound, the document
 * that describes them made from the same schemas that check them, and its events as server-sent
 * events that resume where a client left off.
 */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { stream } from 'hono/streaming';
import { messageOf } from '../../devices/domain/error-text.ts';
import type { NorthboundEvent } from '../../devices/domain/northbound.ts';
import { BenchError } from '../port/bench.ts';
import type { NorthboundMethods } from './local-northbound.ts';
import { ANSWERS, type ClockReading, issuesOf, REQUESTS } from './northbound-schema.ts';

/** Room for a call with the most serial numbers that a schema lets through. */
const MOST_BODY_BYTES = 2 * 1024 * 1024;
/** How often something is written into an answer that is waited for; clients give up after 5 min. */
const KEEP_ALIVE_MS = 15_000;
/** Events written in one go. */
const EVENTS_AT_ONCE = 500;

/** What has left northbound, for whoever follows it now or later. */
export interface EventFeed {
  /** Number of the newest event; 0 before the first. */
  newest(): number;
  /** The events after a number, oldest first, not more than `limit`. */
  after(eventNumber: number, limit: number): readonly NorthboundEvent[];
  /** Resolves when there may be more, when the time is over, or when `signal` is aborted. */
  more(withinMs: number, signal: AbortSignal): Promise<void>;
}

/** What the routes speak to. */
export interface ServedNorthbound {
  readonly northbound: NorthboundMethods;
  readonly events: EventFeed;
  readonly readClock: () => ClockReading;
}

/** The application: its `fetch` answers requests, of a socket or of a test. */
export function northboundApp(served: ServedNorthbound): OpenAPIHono {
  const app = new OpenAPIHono();
  app.use(bodyLimit({ maxSize: MOST_BODY_BYTES, onError: tooLarge }));
  addQueries(app, served);
  addCommands(app, served);
  addEvents(app, served.events);
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'meterbench reference head-end, northbound',
      version: '1',
      description: 'Serial numbers name meters. Instants are UTC milliseconds of the head-end.',
    },
  });
  app.notFound((c) => c.json({ error: `${c.req.method} ${c.req.path}: no such route` }, 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
    if (error instanceof BenchError) return c.json({ error: error.message }, 422);
    return c.json({ error: `the head-end failed: ${messageOf(error)}` }, 500);
  });
  return app;
}

/** The rest of such a body is not read, so that the connection is of no use to a next request. */
function tooLarge(c: Context): Response {
  const error = `a body of at most ${MOST_BODY_BYTES} bytes wanted`;
  return c.json({ error }, 413, { connection: 'close' });
}

/** What can be asked without changing anything. */
function addQueries(app: OpenAPIHono, { northbound, readClock }: ServedNorthbound): void {
  get(app, '/clock', 'The head-end’s clock', z.object({}), ANSWERS.clock, async () => readClock());
  get(app, '/counters', 'Counters of the southbound side', z.object({}), ANSWERS.counters, () =>
    northbound.counters(),
  );
  get(app, '/payloads', 'What messages weighed (RD-08)', z.object({}), ANSWERS.payloads, () =>
    northbound.payloads(),
  );
  get(
    app,
    '/logged-events',
    'Event search in a closed window (PRV-07)',
    REQUESTS.eventQuery,
    ANSWERS.loggedEvents,
    (query) => northbound.searchEvents(query),
  );
  get(
    app,
    '/campaigns/{campaignId}',
    'Where a campaign stands',
    REQUESTS.campaignId,
    ANSWERS.campaign,
    ({ campaignId }) => northbound.campaign(campaignId),
  );
  post(
    app,
    '/meters/query',
    'Records of the Master List',
    REQUESTS.serials,
    ANSWERS.records,
    ({ serials }) => northbound.records(serials),
  );
  post(
    app,
    '/configurations/query',
    'Records of the configuration server',
    REQUESTS.serials,
    ANSWERS.configurations,
    ({ serials }) => northbound.configurations(serials),
  );
  post(
    app,
    '/provisionings/query',
    'The newest provisioning of each meter that has one',
    REQUESTS.serials,
    ANSWERS.provisionings,
    ({ serials }) => northbound.provisionings(serials),
  );
  post(
    app,
    '/alarms/query',
    'Alarms of these meters',
    REQUESTS.serials,
    ANSWERS.alarms,
    ({ serials }) => northbound.alarms(serials),
  );
}

/** What sends something to meters, or changes what the head-end knows. */
function addCommands(app: OpenAPIHono, { northbound }: ServedNorthbound): void {
  post(
    app,
    '/clock/skew',
    'Puts the head-end’s clock beside true time',
    REQUESTS.clockSkew,
    ANSWERS.done,
    async ({ skewNs }) => {
      await northbound.setClockSkew(skewNs);
      return {};
    },
  );
  post(
    app,
    '/provisionings',
    'Asks for provisioning; each is running or refused',
    REQUESTS.provision,
    ANSWERS.provisionings,
    ({ serials, settings }) => northbound.provision(serials, settings),
  );
  post(
    app,
    '/configure',
    'Sends settings to meters; answered when all have answered or were given up',
    REQUESTS.configure,
    ANSWERS.configureAnswers,
    ({ serials, settings }) => northbound.configure(serials, settings),
  );
  post(
    app,
    '/event-filters',
    'Sets which events meters tell by themselves (EV-03); answered when all have answered',
    REQUESTS.configureEvents,
    ANSWERS.configureAnswers,
    ({ serials, filter }) => northbound.configureEvents(serials, filter),
  );
  post(
    app,
    '/device-pins',
    'Makes the PIN in the device properties the right one, or a wrong one',
    REQUESTS.devicePin,
    ANSWERS.done,
    async ({ serials, right }) => {
      await northbound.setDevicePin(serials, right);
      return {};
    },
  );
  post(
    app,
    '/reads',
    'Reads interval data on demand; answered when the meter has answered or was given up',
    REQUESTS.read,
    ANSWERS.readAnswer,
    ({ serial, intervals }) => northbound.read(serial, intervals),
  );
  post(
    app,
    '/campaigns',
    'Starts a polling campaign (LOD-01, LOD-02)',
    REQUESTS.campaign,
    ANSWERS.campaign,
    (request) => northbound.startCampaign(request),
  );
}

const JSON_TYPE = 'application/json';
const FAULTS = {
  400: 'The request is not as described',
  422: 'The head-end refuses: no such meter or campaign, or a setting that fits no transaction',
  413: 'The body is too large',
  500: 'The head-end failed',
} as const;

function answersOf(answer: z.ZodType) {
  const faults = Object.entries(FAULTS).map(([status, description]) => [
    status,
    { description, content: { [JSON_TYPE]: { schema: ANSWERS.error } } },
  ]);
  return {
    200: { description: 'Answered', content: { [JSON_TYPE]: { schema: answer } } },
    ...Object.fromEntries(faults),
  };
}

/** A route whose request stands in its path and query. */
function get<Asked extends z.ZodObject, Answer extends z.ZodType>(
  app: OpenAPIHono,
  path: string,
  summary: string,
  asked: Asked,
  answer: Answer,
  perform: (asked: z.output<Asked>) => Promise<z.output<Answer>>,
): void {
  const request = path.includes('{') ? { params: asked } : { query: asked };
  app.openAPIRegistry.registerPath({
    method: 'get',
    path,
    summary,
    request,
    responses: answersOf(answer),
  });
  app.get(path.replaceAll(/\{(\w+)\}/g, ':$1'), (c) =>
    answered(c, perform(checked(asked, { ...c.req.query(), ...c.req.param() }))),
  );
}

/** A route whose request is its body. */
function post<Asked extends z.ZodType, Answer extends z.ZodType>(
  app: OpenAPIHono,
  path: string,
  summary: string,
  asked: Asked,
  answer: Answer,
  perform: (asked: z.output<Asked>) => Promise<z.output<Answer>>,
): void {
  app.openAPIRegistry.registerPath({
    method: 'post',
    path,
    summary,
    request: { body: { required: true, content: { [JSON_TYPE]: { schema: asked } } } },
    responses: answersOf(answer),
  });
  app.post(path, async (c) => {
    // Without this a form on any web page could speak to a head-end on the loopback interface.
    if (c.req.header('content-type')?.split(';')[0]?.trim() !== JSON_TYPE) {
      throw new HTTPException(400, { message: `content-type: ${JSON_TYPE} wanted` });
    }
    const body: unknown = await c.req.json().catch((error: unknown) => {
      throw new HTTPException(400, { message: `body: no JSON (${messageOf(error)})` });
    });
    return answered(c, perform(checked(asked, body)));
  });
}

function checked<Asked extends z.ZodType>(asked: Asked, given: unknown): z.output<Asked> {
  const result = asked.safeParse(given);
  if (result.success) return result.data;
  throw new HTTPException(400, { message: issuesOf(result.error) });
}

/**
 * What can be told at once is told at once, with its status. For what takes minutes (a meter that
 * does not answer) the answer begins with spaces, which JSON permits, or clients would give up.
 */
async function answered(c: Context, answer: Promise<unknown>): Promise<Response> {
  const turn = new Promise<'waiting'>((resolve) => {
    setImmediate(resolve, 'waiting');
  });
  const first = await Promise.race([answer.then((value) => ({ value })), turn]);
  if (first !== 'waiting') return c.json(first.value as object);
  c.header('content-type', JSON_TYPE);
  return stream(c, async (out) => {
    const keepAlive = setInterval(() => void out.write(' '), KEEP_ALIVE_MS);
    const text = await answer.then(
      (value) => JSON.stringify(value),
      (error: unknown) => JSON.stringify({ error: messageOf(error) }),
    );
    clearInterval(keepAlive);
    await out.write(text);
  });
}

function addEvents(app: OpenAPIHono, events: EventFeed): void {
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/events',
    summary: 'Events as they leave; Last-Event-ID resumes after that event',
    request: { headers: z.object({ 'last-event-id': z.string().optional() }) },
    responses: {
      200: {
        description:
          'The id is the event number. The first one, `ready`, tells from which number on.',
        content: { 'text/event-stream': { schema: ANSWERS.event } },
      },
    },
  });
  app.get('/events', (c) => {
    const header = c.req.header('last-event-id');
    const asked = header === undefined ? events.newest() : Number(header);
    // A client of an earlier life of the store may have heard more than there is now.
    const from = Math.min(asked, events.newest());
    if (!Number.isSafeInteger(from) || from < 0) {
      throw new HTTPException(400, {
        message: `Last-Event-ID: a number wanted, '${header}' given`,
      });
    }
    c.header('content-type', 'text/event-stream');
    c.header('cache-control', 'no-store');
    return stream(c, async (out) => {
      const ended = new AbortController();
      out.onAbort(() => ended.abort());
      await out.write(`event: ready\nid: ${from}\ndata: {}\n\n`);
      for (let seen = from; !ended.signal.aborted;) {
        const fresh = events.after(seen, EVENTS_AT_ONCE);
        seen = fresh.at(-1)?.eventNumber ?? seen;
        await out.write(fresh.map(eventText).join(''));
        if (fresh.length > 0) continue;
        await events.more(KEEP_ALIVE_MS, ended.signal);
        if (events.newest() === seen) await out.write(':\n\n');
      }
    });
  });
}

function eventText(event: NorthboundEvent): string {
  return `id: ${event.eventNumber}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
