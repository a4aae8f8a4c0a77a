import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { NorthboundEvent } from '../../../devices/domain/northbound.ts';
import { loadHeadEnd } from '../../../harness/main/rig-files.ts';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { ForeignNorthbound } from '../../../rigs/head-end/foreign/foreign-northbound.ts';
import { BenchError } from '../../../rigs/port/bench.ts';
import { until } from './scripted-meters.ts';

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  asked: string[],
  told: readonly object[],
): Promise<void> {
  asked.push(`${request.method} ${request.url} ${await textOf(request)}`);
  const [status, value] = answerTo(request.url ?? '', request.headers.authorization, told);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function answerTo(
  url: string,
  token: string | undefined,
  told: readonly object[],
): [status: number, value: unknown] {
  if (token !== 'Bearer geheim') return [401, 'wer da?'];
  if (url === '/meldungen') return [200, told];
  if (!url.startsWith('/zaehler/')) return [404, 'unbekannt'];
  const nummer = url.slice('/zaehler/'.length);
  return [200, nummer === '8' ? [] : [{ nummer, zustand: 'gesetzt' }]];
}

/** A head-end with words of its own: German, in lists, with a token. */
async function stranger() {
  const asked: string[] = [];
  const told: object[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, asked, told);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { asked, told, url: `http://127.0.0.1:${port}` };
}

const EVENT = `meldung.{ "type": "alarm", "alarm": { "kind": code, "serial": nummer, "occurredAtMs": zeit } }`;

function fileText(url: string, observers: readonly string[]): string {
  return `
head-end: Fremd 1.0
southbound: { address: "127.0.0.1:1153" }
northbound:
${observers.map((one) => `  - { ${one}, resolution: 1 s, map: '${EVENT}' }`).join('\n')}
control:
  records:
    get: '${url}/zaehler/{{serial}}'
    token: { env: FREMD_TOKEN }
    answer: '$.{ "serial": nummer, "state": zustand = "gesetzt" ? "placed" : "unknown" }'
  alarms: { get: '${url}/nirgends', token: { env: FREMD_TOKEN } }
codes: { last-gasp: [STROM_WEG] }
capabilities: [registration, alarms]
permitted-addresses: [127.0.0.0/8]
`;
}

async function connected(url: string, observers: readonly string[], token = 'geheim') {
  const loaded = loadHeadEnd('fremd.head-end.yaml', fileText(url, observers));
  if (!loaded.ok) throw new Error(loaded.mistakes.map(({ message }) => message).join('\n'));
  const faults: BenchError[] = [];
  const northbound = await ForeignNorthbound.connect({
    file: loaded.value,
    clock: new WallClock(),
    environment: { FREMD_TOKEN: token },
    onFault: (fault) => faults.push(fault),
  });
  onTestFinished(() => northbound.close());
  const events: NorthboundEvent[] = [];
  northbound.listen((event) => events.push(event));
  return { northbound, faults, events };
}

const LAST_GASP = { code: 'STROM_WEG', nummer: '7', zeit: 1000 };

test('a list that is polled is heard once each, in our words', async () => {
  const { told, url } = await stranger();
  const way = `poll: "${url}/meldungen", every: 20 ms, token: { env: FREMD_TOKEN }`;
  const { events, northbound } = await connected(url, [way]);
  told.push({ meldung: LAST_GASP }, { andere: 1 });
  await until(() => events.length > 0, 'an event');
  told.push({ meldung: { ...LAST_GASP, nummer: '8' } }, { meldung: { ...LAST_GASP, code: 'X' } });
  await until(() => northbound.heard.messages === 4, 'four messages');
  await until(() => events.length === 2, 'two events');
  expect(events).toMatchObject([
    { type: 'alarm', alarm: { kind: 'last-gasp', serial: '7', occurredAtMs: 1000 } },
    { type: 'alarm', alarm: { kind: 'last-gasp', serial: '8' } },
  ]);
  await until(() => northbound.heard.unmapped.size === 1, 'a code without a map');
  expect(northbound.heard.unmapped).toEqual(new Map([['X', 1]]));
});

test('files are read once each, when they have stopped growing', async () => {
  const { url } = await stranger();
  const folder = mkdtempSync(join(tmpdir(), 'meterbench-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'old.json'), JSON.stringify({ meldung: LAST_GASP }));
  const { events } = await connected(url, [`folder: "${folder}", every: 20 ms`]);
  const put = (name: string, content: string): void => {
    writeFileSync(join(folder, `${name}.part`), content);
    renameSync(join(folder, `${name}.part`), join(folder, name));
  };
  put(
    'new.ndjson',
    ['1', '2'].map((nummer) => JSON.stringify({ meldung: { ...LAST_GASP, nummer } })).join('\n'),
  );
  await until(() => events.length === 2, 'two events');
  expect(events.map((event) => event.type === 'alarm' && event.alarm.serial)).toEqual(['1', '2']);
});

test('a webhook takes what is posted, and refuses what is no JSON', async () => {
  const { url } = await stranger();
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const { events, faults } = await connected(url, [`webhook: "127.0.0.1:${port}"`]);
  const post = (body: string) => fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body });
  expect(
    (await post(JSON.stringify([{ meldung: LAST_GASP }, { meldung: LAST_GASP }]))).status,
  ).toBe(204);
  expect((await post('{"meldung":')).status).toBe(400);
  await until(() => events.length === 2, 'two events');
  // What claims to be an alarm and has no serial number is told, and is no event.
  await post(JSON.stringify({ meldung: { code: 'STROM_WEG' } }));
  await until(() => faults.length === 1, 'a fault');
  expect(faults[0]?.message).toMatch(/Fremd 1\.0: northbound 1: alarm\.serial/);
  expect(events).toHaveLength(2);
});

test('a call for each meter, with a token, mapped; who doubles a record is seen', async () => {
  const { asked, told, url } = await stranger();
  told.push({});
  const way = `poll: "${url}/meldungen", every: 1 min, token: { env: FREMD_TOKEN }`;
  const { northbound } = await connected(url, [way]);
  expect(await northbound.records(['7', '8'])).toMatchObject([
    { serial: '7', state: 'placed', records: 1 },
  ]);
  expect(await northbound.records(['7', '7'])).toMatchObject([{ serial: '7', records: 2 }]);
  expect(asked).toContain('GET /zaehler/7 ');
});

test('a refusal names what was awaited, where, and what came', async () => {
  const { told, url } = await stranger();
  told.push({});
  const way = `poll: "${url}/meldungen", every: 1 min, token: { env: FREMD_TOKEN }`;
  const { northbound } = await connected(url, [way]);
  const refused = northbound.alarms(['7']);
  await expect(refused).rejects.toThrow(BenchError);
  await expect(refused).rejects.toThrow(
    /awaited the answer to GET .*\/nirgends \(control alarms\).*got 404/,
  );
  await expect(refused).rejects.not.toThrow(/geheim/);
});

test('an observer that is not let in is told, after its time, with why', async () => {
  const { url } = await stranger();
  const way = `poll: "${url}/meldungen", every: 20 ms, token: { env: FREMD_TOKEN }`;
  await expect(connected(url, [way], 'falsch')).rejects.toThrow(
    /awaited northbound 1 for 10 s, got answered 401/,
  );
});
