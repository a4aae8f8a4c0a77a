import { afterEach, describe, expect, test } from 'vitest';
import { type Live, openLive } from '../../../harness/main/live.ts';

const TOKEN = 'a-token-that-is-long-enough';
const open: Live[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((live) => live.close()));
});

async function opened(address: string, environment: NodeJS.ProcessEnv = {}): Promise<Live> {
  const live = await openLive(address, environment);
  open.push(live);
  return live;
}

/** The address of the page as this machine reaches it. */
function urlOf({ where }: Live): string {
  return where.replace(/\?.*/, '').replace('0.0.0.0', '127.0.0.1');
}

/** The token that a page hands to its script. */
async function pageToken(url: string): Promise<string> {
  const page = await (await fetch(url)).text();
  return /live-token" content="([^"]+)"/.exec(page)?.[1] ?? '';
}

function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers });
}

describe('the live page on this machine', () => {
  test('is there for everybody here, with a policy that lets nothing in from elsewhere', async () => {
    const url = urlOf(await opened('127.0.0.1:0'));
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await fetch(`${url}metrics`)).headers.get('content-type')).toContain('text/plain');
    expect((await fetch(`${url}report.html`)).status).toBe(404);
  });

  test('stops the run for its own page alone: another site knows no token', async () => {
    const live = await opened('127.0.0.1:0');
    const url = urlOf(live);
    expect((await post(`${url}stop`, { by: 'x' })).status).toBe(403);
    expect((await post(`${url}stop`, { by: 'x' }, { 'x-live-token': 'wrong' })).status).toBe(403);
    expect(live.signal.aborted).toBe(false);
    const ours = { 'x-live-token': await pageToken(url) };
    expect((await post(`${url}stop`, { other: 1 }, ours)).status).toBe(400);
    expect(live.signal.aborted).toBe(false);
    expect((await post(`${url}stop`, { by: 'Ann' }, ours)).status).toBe(200);
    expect(live.signal.reason).toMatchObject({ message: 'stopped on the live page by Ann' });
  });

  test('answers nobody who calls it by another name', async () => {
    const url = new URL(urlOf(await opened('127.0.0.1:0')));
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const asked = request(url, { headers: { host: `evil.example:${url.port}` } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject);
      asked.end();
    });
    expect(status).toBe(421);
  });

  test('takes answers to open prompts, and says what is wrong with others', async () => {
    const live = await opened('127.0.0.1:0');
    const url = urlOf(live);
    const ours = { 'x-live-token': await pageToken(url) };
    const answer = live
      .operator(null)
      .answer({ id: 'warmth', text: 'How warm?', wants: { kind: 'number', unit: '°C' } }, 60e9);
    const give = (value: string) => post(`${url}answer`, { number: 1, value, by: ' ' }, ours);
    const refused = await give('hot');
    expect(refused.status).toBe(400);
    expect(await refused.text()).toBe('That cannot be used; a number in °C is wanted.');
    expect((await give('21')).status).toBe(200);
    expect(await answer).toEqual({ value: '21', by: 'live page' });
    expect((await give('22')).status).toBe(409);
  });
});

describe('the live page beyond this machine', () => {
  test('shows nothing without the token, which leaves the address bar at once', async () => {
    const live = await opened('0.0.0.0:0');
    const url = urlOf(live);
    const token = /token=([\w-]{32})$/.exec(live.where)?.[1] ?? '';
    for (const path of ['', 'events', 'metrics', 'client.js', '?token=wrong']) {
      expect((await fetch(`${url}${path}`)).status).toBe(401);
    }
    const first = await fetch(`${url}?token=${token}`, { redirect: 'manual' });
    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toBe('/');
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    expect((await fetch(url, { headers })).status).toBe(200);
    const bearer = { authorization: `Bearer ${token}` };
    expect((await fetch(`${url}metrics`, { headers: bearer })).status).toBe(200);
  });

  test('does not repeat a token that it was given, and refuses one that can be guessed', async () => {
    const live = await opened('0.0.0.0:0', { METERBENCH_LIVE_TOKEN: TOKEN });
    expect(live.where).not.toContain(TOKEN);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await fetch(urlOf(live), { headers })).status).toBe(200);
    await expect(opened('0.0.0.0:0', { METERBENCH_LIVE_TOKEN: 'short' })).rejects.toThrow(
      'METERBENCH_LIVE_TOKEN: at least 16 letters, digits, - and _ are wanted',
    );
  });

  test('tells why it cannot listen', async () => {
    const { port } = new URL(urlOf(await opened('127.0.0.1:0')));
    await expect(openLive(`127.0.0.1:${port}`, {})).rejects.toThrow(/--live-on .*EADDRINUSE/);
    await expect(openLive('nowhere', {})).rejects.toThrow('--live-on nowhere: an address');
  });
});
