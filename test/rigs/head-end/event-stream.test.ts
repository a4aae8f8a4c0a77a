import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NorthboundEvent } from '../../../devices/domain/northbound.ts';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { HttpNorthbound } from '../../../rigs/head-end/northbound-client.ts';
import { serveHeadEnd } from '../../../rigs/head-end/server.ts';
import { lastGasp, metersOverUdp, until } from './scripted-meters.ts';
import { optionsFor, served } from './served.ts';

/** Reads server-sent events as text until there are `count` besides the first one. */
async function rawEvents(url: string, count: number, lastEventId?: string): Promise<string[]> {
  const ended = new AbortController();
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const response = await fetch(`${url}/events`, { headers, signal: ended.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  const blocks = (): string[] => text.split('\n\n').filter((block) => block.startsWith('id: '));
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (blocks().length >= count) break;
  }
  ended.abort();
  return blocks();
}

function numbersOf(blocks: readonly string[]): number[] {
  return blocks.map((block) => Number(/^id: (\d+)$/m.exec(block)?.[1]));
}

describe('events', () => {
  test('bear their number as id, and go on behind Last-Event-ID', async () => {
    await using at = await served();
    const heard: NorthboundEvent[] = [];
    at.client.listen((event) => heard.push(event));
    for (let outage = 1; outage <= 5; outage++) at.meters.say(0, lastGasp(outage));
    await until(() => heard.length === 5, 'five alarms');
    expect(heard.map(({ eventNumber }) => eventNumber)).toEqual([1, 2, 3, 4, 5]);
    const all = await rawEvents(at.url, 5, '0');
    expect(numbersOf(all)).toEqual([1, 2, 3, 4, 5]);
    expect(all[0]).toContain('event: alarm');
    expect(numbersOf(await rawEvents(at.url, 2, '3'))).toEqual([4, 5]);
  });

  test('refuses a Last-Event-ID that is no number', async () => {
    await using at = await served();
    const response = await fetch(`${at.url}/events`, { headers: { 'last-event-id': 'x' } });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: "Last-Event-ID: a number wanted, 'x' given",
    });
  });

  test('a listener that was taken back hears no more', async () => {
    await using at = await served();
    const heard: string[] = [];
    const stop = at.client.listen(() => heard.push('first'));
    at.client.listen(() => heard.push('second'));
    at.meters.say(0, lastGasp(1));
    await until(() => heard.length === 2, 'both listeners');
    stop();
    at.meters.say(0, lastGasp(2));
    await until(() => heard.length === 3, 'the second listener');
    expect(heard).toEqual(['first', 'second', 'second']);
  });

  test('over a restart none is missed and none comes twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meterbench-events-'));
    const options = optionsFor(join(folder, 'head-end.sqlite'));
    const first = await served(options);
    const heard: number[] = [];
    first.client.listen(({ eventNumber }) => heard.push(eventNumber));
    first.meters.say(0, lastGasp(1));
    await until(() => heard.length === 1, 'the first alarm');
    await first.server.close();
    // While the client is away, by another life of the same head-end.
    const between = await serveHeadEnd(options);
    {
      const { southbound, configuration } = between.ready;
      const ends = { 'head-end': southbound, 'configuration-server': configuration };
      await using meters = await metersOverUdp(ends, 100);
      const name = meters.say(0, lastGasp(2));
      await until(() => meters.acknowledged.has(name), 'the acknowledgement');
    }
    await between.close();
    const northboundPort = Number(new URL(first.url).port);
    const second = await serveHeadEnd({ ...options, northboundPort });
    await until(() => heard.length === 2, 'the alarm that was missed');
    const { southbound, configuration } = second.ready;
    const ends = { 'head-end': southbound, 'configuration-server': configuration };
    await using meters = await metersOverUdp(ends, 200);
    meters.say(0, lastGasp(3));
    await until(() => heard.length === 3, 'the third alarm');
    expect(heard).toEqual([1, 2, 3]);
    await first.client.close();
    await first.meters[Symbol.asyncDispose]();
    await second.close();
    rmSync(folder, { recursive: true });
  });
});

/** A server of events that says what it is told to. */
async function strangeHeadEnd(answer: (response: ServerResponse) => void) {
  const server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => server.closeAllConnections() };
}

describe('a head-end that sends what is no event', () => {
  test('is named, with what it sent', async () => {
    using head = await strangeHeadEnd((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: ready\nid: 1\ndata: {}\n\nid: 2\ndata: {"type":"lost"}\n\n');
    });
    const faults: string[] = [];
    const client = await HttpNorthbound.connect({
      name: 'strange',
      url: head.url,
      clock: new WallClock(),
      onFault: ({ blame, message }) => faults.push(`${blame}: ${message}`),
    });
    await until(() => faults.length === 1, 'the fault');
    expect(faults[0]).toMatch(/^head-end: strange: events: .+ in '\{"type":"lost"\}'$/);
    await client.close();
  });
});
