import { isIPv6 } from 'node:net';
import { seedOf } from '../../devices/domain/chance.ts';
import { UdpPort } from '../network/udp-port.ts';
import { routeOf } from '../fleet/apdu-route.ts';
import { FaultyLink, type LinkFaults } from './faulty-link.ts';
import { untilQuiet } from './until-quiet.ts';

interface UdpEnd {
  readonly host: string;
  readonly port: number;
}

export interface UdpProxyOptions {
  readonly listen: UdpEnd;
  /** Where everything goes that comes in. */
  readonly to: UdpEnd;
  /** What is done to the datagrams of each client, in each direction. */
  readonly faults: Partial<LinkFaults>;
  readonly seed: number;
}

/** Datagrams of one direction: those that came, and what was sent on, copies as well. */
interface Passed {
  received: number;
  sent: number;
}

interface UdpProxyCounts {
  readonly clients: number;
  readonly up: Readonly<Passed>;
  readonly down: Readonly<Passed>;
}

interface Datagram {
  readonly bytes: Uint8Array;
}

/** One client: its own socket towards the target, and a link of its own in each direction. */
interface Client {
  readonly port: UdpPort;
  readonly up: FaultyLink<Datagram>;
  readonly down: FaultyLink<Datagram>;
}

/**
 * A way between clients and a UDP server that loses, doubles, reorders and spoils datagrams in
 * both directions. The server tells the clients apart, as each has a port of its own here.
 */
export class UdpProxy {
  /** Where it is reached. */
  readonly end: UdpEnd;
  readonly #options: UdpProxyOptions;
  readonly #port: UdpPort;
  /** Whatever comes while a client's socket is being opened waits behind that. */
  readonly #clients = new Map<string, Promise<Client>>();
  readonly #up: Passed = { received: 0, sent: 0 };
  readonly #down: Passed = { received: 0, sent: 0 };

  private constructor(
    options: UdpProxyOptions,
    port: UdpPort,
    onFailure: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#port = port;
    this.end = port.end;
    port.listen((from, bytes) => {
      this.#up.received++;
      this.#clientAt(from).then(({ up }) => up.pass({ bytes }), onFailure);
    });
  }

  /**
   * Listens, and passes on until it is closed.
   * @param onFailure is told when a client's socket could not be had
   * @throws BenchError when the address cannot be had
   */
  static async open(
    options: UdpProxyOptions,
    onFailure: (error: unknown) => void,
  ): Promise<UdpProxy> {
    const { host, port } = options.listen;
    return new UdpProxy(options, await UdpPort.open({ host, port }, 'head-end'), onFailure);
  }

  counts(): UdpProxyCounts {
    return { clients: this.#clients.size, up: { ...this.#up }, down: { ...this.#down } };
  }

  /** Passes on what has come and what is held back, and closes all sockets. */
  async close(): Promise<void> {
    await untilQuiet(() => this.#up.received + this.#down.received);
    const clients = await Promise.all(this.#clients.values());
    for (const { up, down } of clients) {
      up.flush();
      down.flush();
    }
    await Promise.all([this.#port, ...clients.map(({ port }) => port)].map((port) => port.close()));
  }

  #clientAt(address: string): Promise<Client> {
    const known = this.#clients.get(address);
    if (known !== undefined) return known;
    const opening = this.#openClient(address, this.#clients.size);
    this.#clients.set(address, opening);
    return opening;
  }

  async #openClient(address: string, number: number): Promise<Client> {
    const { to, faults, seed } = this.#options;
    const target = `${to.host}:${to.port}`;
    const port = await UdpPort.open(
      { host: isIPv6(to.host) ? '::1' : '127.0.0.1', port: 0 },
      'head-end',
    );
    const link = (name: 'up' | 'down', passed: Passed, send: (bytes: Uint8Array) => void) =>
      new FaultyLink<Datagram>(
        faults,
        seedOf(seed, `${name} ${number}`),
        ({ bytes }) => {
          passed.sent++;
          send(bytes);
        },
        ({ bytes }) => flowOf(name, bytes),
      );
    const up = link('up', this.#up, (bytes) => port.send(target, bytes));
    const down = link('down', this.#down, (bytes) => this.#port.send(address, bytes));
    port.listen((from, bytes) => {
      if (from !== target) return;
      this.#down.received++;
      down.pass({ bytes });
    });
    return { port, up, down };
  }
}

/** A meter's title: order is the order of one meter, as many of them share a client's socket. */
function flowOf(direction: 'up' | 'down', bytes: Uint8Array): string {
  const route = routeOf(bytes);
  const meter = direction === 'up' ? route?.calling : route?.called;
  return meter?.toString() ?? '';
}
