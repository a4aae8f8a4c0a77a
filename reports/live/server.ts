import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import type { Given, OpenPrompt } from '../../rigs/port/operator.ts';
import type { Overall } from '../html/overall.ts';
import { Followers } from './followers.ts';
import { metricsOf } from './metrics.ts';
import { livePage, POLICY, SCRIPT, STYLE } from './page.ts';
import type { WatchedRun } from './watched-run.ts';

/** What a page may do to the run. */
export interface LiveControls {
  prompts(): readonly OpenPrompt[];
  answer(number: number, value: string, by: string): Given;
  /** Cancels the run; the rig is made safe. */
  stop(by: string): void;
}

export interface LiveOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Reached from elsewhere than this machine: nothing is shown without the token. */
  readonly isLoopback: boolean;
  /** Without it nobody can answer or stop. */
  readonly token: string;
  readonly run: WatchedRun;
  readonly controls: LiveControls;
  /** How long pages are waited for at the end, in ms. */
  readonly patienceMs: number;
}

export interface LiveServer {
  /** Where the page is, without the token. */
  readonly url: string;
  /** Tells the pages how the run ended, hands them the report and waits until they have it. */
  end(ended: Overall, reportHtml: string): Promise<void>;
  close(): Promise<void>;
}

const COOKIE = 'meterbench_live';
const PAGES_AT_MOST = 32;

const answerBody = z.strictObject({
  number: z.int().positive(),
  value: z.string().max(1_000),
  by: z.string().max(80),
});
const stopBody = z.strictObject({ by: z.string().max(80) });

/**
 * Serves the page that follows a run, its events and its metrics. @throws the error of the port when
 * it cannot be had
 */
export async function serveLive(options: LiveOptions): Promise<LiveServer> {
  const { run, controls, patienceMs } = options;
  const followers = new Followers(run, () => controls.prompts());
  const report: { html: string | null } = { html: null };
  const names = new Set<string>();
  const app = appOf({ ...options, followers, report, names });
  const server = createAdaptorServer({ fetch: app.fetch });
  const listening = once(server, 'listening');
  server.listen(options.port, options.host);
  await listening;
  const { port } = server.address() as AddressInfo;
  const shown = options.host.includes(':') ? `[${options.host}]` : options.host;
  for (const name of [shown, 'localhost', '127.0.0.1', '[::1]']) names.add(`${name}:${port}`);
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://${shown}:${port}/`,
    async end(ended, reportHtml) {
      report.html = reportHtml;
      run.end(ended);
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(() => patience.resolve(), patienceMs);
      await Promise.race([followers.end(), patience.promise]);
      clearTimeout(timer);
      await close();
    },
    close,
  };
}

interface AppOptions extends LiveOptions {
  readonly followers: Followers;
  readonly report: { readonly html: string | null };
  /** What this server may be called by; another name is a page of somebody else (DNS rebinding). */
  readonly names: ReadonlySet<string>;
}

function appOf(options: AppOptions): Hono {
  const { run, controls, token, followers, report } = options;
  const metrics = metricsOf(run, () => controls.prompts().length);
  const app = new Hono();
  app.use(async (c, next) => {
    const refused = admitted(c, options);
    if (refused !== null) return refused;
    await next();
    c.header('content-security-policy', POLICY);
    c.header('referrer-policy', 'no-referrer');
    c.header('x-content-type-options', 'nosniff');
    c.header('cache-control', 'no-store');
    return undefined;
  });
  app.use(bodyLimit({ maxSize: 16 * 1024 }));
  app.get('/', (c) => c.html(livePage(token)));
  app.get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/client.js', (c) =>
    c.body(SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/events', (c) => {
    if (followers.count >= PAGES_AT_MOST) return c.text('too many pages follow this run', 503);
    return streamSSE(c, (stream) => followers.follow(stream));
  });
  app.get('/report.html', (c) =>
    report.html === null ? c.text('the run is not over', 404) : c.html(report.html),
  );
  app.get('/metrics', async (c) =>
    c.body(await metrics.metrics(), 200, { 'content-type': metrics.contentType }),
  );
  app.post('/stop', async (c) => {
    const asked = await bodyOf(c, token, stopBody);
    if (asked instanceof Response) return asked;
    controls.stop(asked.by.trim() || 'somebody');
    run.stopping();
    await followers.tell();
    return c.text('The run is cancelled, the bench is being made safe.');
  });
  app.post('/answer', async (c) => {
    const asked = await bodyOf(c, token, answerBody);
    if (asked instanceof Response) return asked;
    const given = controls.answer(asked.number, asked.value, asked.by.trim() || 'live page');
    await followers.tell();
    switch (given.kind) {
      case 'taken':
        return c.text('Taken.');
      case 'unknown':
        return c.text('Nobody waits for this answer any more.', 409);
      case 'unusable':
        return c.text(`That cannot be used; ${given.wanted} is wanted.`, 400);
    }
  });
  return app;
}

/** What is asked in a body, from the page itself; a response when it is not. */
async function bodyOf<T>(c: Context, token: string, shape: z.ZodType<T>): Promise<T | Response> {
  if (!isSame(c.req.header('x-live-token') ?? '', token)) {
    return c.text('This did not come from the page of the run.', 403);
  }
  const text = await c.req.text();
  const parsed = shape.safeParse(parsedJson(text));
  return parsed.success ? parsed.data : c.text(z.prettifyError(parsed.error), 400);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Null for who may look; otherwise what they get. */
function admitted(c: Context, { isLoopback, token, names }: AppOptions): Response | null {
  if (isLoopback) {
    const isOurs = names.has(c.req.header('host') ?? '');
    return isOurs ? null : c.text('This server has another name.', 421);
  }
  const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
  if (isSame(getCookie(c, COOKIE) ?? '', token) || isSame(bearer, token)) return null;
  // The token leaves the address bar at once, and with it the history and what is shown to others.
  if (c.req.path === '/' && isSame(c.req.query('token') ?? '', token)) {
    setCookie(c, COOKIE, token, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return c.redirect('/', 303);
  }
  return c.text(
    'The token of this run is wanted: the address with it stands on the terminal.',
    401,
  );
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
