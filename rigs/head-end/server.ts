/** The reference head-end as a server: C12.22 over UDP southbound, REST and events northbound. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type LanguageName, USUAL_LANGUAGE } from '../../devices/domain/language.ts';
import { messageOf } from '../../devices/domain/error-text.ts';
import type { HeadEndParameters } from '../../devices/head-end/parameters.ts';
import type { HeadEndRules } from '../../devices/head-end/rules/index.ts';
import type { ServerName } from '../../devices/head-end/store.ts';
import { WallClock } from '../clock/wall.ts';
import { ApduPort } from '../network/apdu-port.ts';
import { EmbeddedBroker } from '../mqtt/broker.ts';
import { MqttServerPort } from '../mqtt/server-port.ts';
import type { BrokerPlace } from '../mqtt/tls-folder.ts';
import { BenchError } from '../port/bench.ts';
import { Hosts } from './hosts.ts';
import { LocalNorthbound } from './local-northbound.ts';
import { northboundApp } from './northbound-http.ts';
import { PublishedFeed } from './published-feed.ts';
import { onSlowDisk } from './slow-disk.ts';
import { openSqliteStore } from './sqlite-store.ts';
import type { KnownFleet } from './test-fleet.ts';
import { CONFIGURATION_SERVER_TITLE, HEAD_END_TITLE } from './test-keys.ts';
import { TEST_ACCOUNT, testLanguage } from './test-language.ts';

export interface HeadEndServerOptions {
  /** A file, or ':memory:'. */
  readonly store: string;
  /** An address of the loopback interface, unless `beyondLoopback` permits another. */
  readonly host: string;
  readonly beyondLoopback?: boolean;
  /** UDP; 0 for any that is free. The same for the other two. */
  readonly southboundPort: number;
  readonly configurationPort: number;
  readonly northboundPort: number;
  readonly fleet: KnownFleet;
  /** What it speaks southbound; left out, C12.22. */
  readonly language?: LanguageName;
  /** Where meters and servers meet over MQTT; left out, a broker of its own at the southbound port. */
  readonly broker?: BrokerPlace;
  readonly parameters?: Partial<HeadEndParameters>;
  /** A commit takes so much longer, as on a slow disk; 0 when not given. */
  readonly commitDelayMs?: number;
}

/** Where a served head-end is reached: what its process prints when it is ready. */
export interface HeadEndReady {
  readonly ready: 'head-end';
  readonly southbound: { readonly host: string; readonly port: number };
  readonly configuration: { readonly host: string; readonly port: number };
  readonly northbound: { readonly url: string };
  readonly apTitle: string;
  readonly configurationApTitle: string;
  /** How key ids follow from a meter's index. */
  readonly keyIds: string;
}

export interface HeadEndServer {
  readonly ready: HeadEndReady;
  close(): Promise<void>;
}

interface Received {
  readonly to: ServerName;
  readonly from: string;
  readonly bytes: Uint8Array;
}

/** Modules that hold a connection; the others report over UDP. */
const CONNECTIONS_MOST = 10_000;
/** Longer than any module is silent: heartbeats come every minute. */
const SILENCE_MS = 15 * 60_000;
/** Messages that share a commit at most: what comes behind them waits no longer than their turn. */
const MOST_IN_A_TURN = 512;
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1)$/;

/**
 * Serves the reference head-end with the test fleet's keys until it is closed.
 * @param rules replace the head-end's own, as a defect does
 * @throws BenchError when the store or a port cannot be had, or the host is not loopback
 */
export async function serveHeadEnd(
  options: HeadEndServerOptions,
  rules: Partial<HeadEndRules> = {},
): Promise<HeadEndServer> {
  const { host, beyondLoopback, fleet, parameters } = options;
  if (beyondLoopback !== true && !LOOPBACK.test(host)) {
    throw new BenchError('head-end', `host ${host}: an address of the loopback interface wanted`);
  }
  const store = onSlowDisk(openSqliteStore(options.store), options.commitDelayMs ?? 0);
  const closers: (() => Promise<void> | void)[] = [() => store.close()];
  const close = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer();
  };
  try {
    const openPort = await portsOf(options, closers);
    const ports: Readonly<Record<ServerName, SouthboundPort>> = {
      'head-end': await openPort('head-end', options.southboundPort),
      'configuration-server': await openPort('configuration-server', options.configurationPort),
    };
    const feed = new PublishedFeed(store.published);
    const hosts = new Hosts({
      scheduler: new WallClock(),
      store,
      commit: () => store.commit(),
      language: testLanguage(options.language ?? USUAL_LANGUAGE),
      fleet,
      rules,
      ...(parameters && { parameters }),
      send: ({ server, address, bytes }) => ports[server].send(address, bytes),
      publish: () => feed.announce(),
    });
    closers.push(() => hosts.close());
    const inbox = new Inbox(hosts);
    for (const to of ['head-end', 'configuration-server'] as const) {
      ports[to].listen((from, bytes) => inbox.put({ to, from, bytes }));
    }
    const northbound = new LocalNorthbound('reference head-end', hosts);
    const app = northboundApp({
      northbound,
      events: feed,
      readClock: () => northbound.readClock(),
    });
    const { url, closeHttp } = await listen(app.fetch, host, options.northboundPort);
    closers.push(closeHttp);
    return { ready: readyOf(ports, url), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A server's way to its meters. */
type SouthboundPort = Pick<ApduPort, 'address' | 'send' | 'listen'>;

/** How the two servers get theirs: sockets of their own, or sessions at one broker. @throws BenchError */
async function portsOf(
  { host, southboundPort, language, broker }: HeadEndServerOptions,
  closers: (() => Promise<void> | void)[],
): Promise<(server: ServerName, port: number) => Promise<SouthboundPort>> {
  if (language !== 'mqtt') {
    return async (_server, port) => {
      const open = await ApduPort.open({
        address: { host, port },
        blame: 'head-end',
        connectionsMost: CONNECTIONS_MOST,
        silenceMs: SILENCE_MS,
      });
      closers.push(() => open.close());
      return open;
    };
  }
  let at = broker;
  if (at === undefined) {
    const own = await EmbeddedBroker.open(host, southboundPort);
    closers.push(() => own.close());
    at = own.address;
  }
  const place = at;
  return async (server) => {
    const open = await MqttServerPort.open(place, TEST_ACCOUNT.root, server, rethrow);
    closers.push(() => open.close());
    return open;
  };
}

/** A session that fails later is nobody's call: the process ends with what went wrong. */
function rethrow(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}

function readyOf(ports: Readonly<Record<ServerName, SouthboundPort>>, url: string): HeadEndReady {
  return {
    ready: 'head-end',
    southbound: ports['head-end'].address,
    configuration: ports['configuration-server'].address,
    northbound: { url },
    apTitle: HEAD_END_TITLE.toString(),
    configurationApTitle: CONFIGURATION_SERVER_TITLE.toString(),
    keyIds: 'index % 256',
  };
}

/**
 * Datagrams on their way to the servers. A turn takes what has come in one go: under load hundreds
 * share a commit, and a single one waits for nothing but the next turn of the event loop.
 */
class Inbox {
  readonly #hosts: Hosts;
  #received: Received[] = [];
  #isPending = false;

  constructor(hosts: Hosts) {
    this.#hosts = hosts;
  }

  put(received: Received): void {
    this.#received.push(received);
    this.#takeSoon(this.#received.length);
  }

  /** Takes them when a turn of the event loop has brought no more, or there are enough. */
  #takeSoon(seen: number): void {
    if (this.#isPending) return;
    this.#isPending = true;
    setImmediate(() => {
      this.#isPending = false;
      const count = this.#received.length;
      if (count > seen && count < MOST_IN_A_TURN) this.#takeSoon(count);
      else this.#take();
    });
  }

  #take(): void {
    const taken = this.#received.splice(0, MOST_IN_A_TURN);
    this.#hosts.turn(() => {
      for (const { to, from, bytes } of taken) this.#hosts.receive(to, from, bytes);
    });
    if (this.#received.length > 0) this.#takeSoon(this.#received.length);
  }
}

async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
): Promise<{ url: string; closeHttp: () => Promise<void> }> {
  const server = createAdaptorServer({ fetch });
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new BenchError('head-end', `TCP ${host}:${port}: cannot listen (${messageOf(error)})`, {
      cause: error,
    });
  }
  const { address, family, port: given } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${given}`,
    closeHttp: async () => {
      const closed = once(server, 'close');
      server.close();
      // Whoever follows the events would keep it open for ever.
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
