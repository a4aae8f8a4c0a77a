import { seedOf } from '../../devices/domain/chance.ts';
import type { Scheduler } from '../clock/scheduler.ts';
import type { CarrierModel } from '../port/fleet.ts';
import { FaultyLink, type LinkFaultsBothWays } from '../wrap/faulty-link.ts';
import type { Tap } from '../wrap/tap.ts';
import { Carrier } from './carrier.ts';
import type { DatagramRoute } from './datagram-route.ts';
import type { Host } from './fleet.ts';
import { InFlight } from './in-flight.ts';

export interface MemoryNetworkOptions {
  readonly model: CarrierModel;
  readonly seed: number;
  readonly meters: number;
  readonly scheduler: Scheduler;
  /** How datagrams are read that pass it. */
  readonly route: DatagramRoute;
  /** Faults of the way between carrier and servers, each direction. */
  readonly faults?: LinkFaultsBothWays;
  /** Sees what passes between carrier and servers. */
  readonly tap?: Tap;
}

/** The servers in this process, as the network reaches them. `from` is an address to answer to. */
export interface MemoryHosts {
  receive(to: Host, from: string, bytes: Uint8Array): void;
}

/** The meters' modules, as the network reaches them. */
type Modules = (index: number, bytes: Uint8Array) => void;

interface Up {
  readonly index: number;
  readonly attach: number;
  readonly host: Host;
  readonly bytes: Uint8Array;
}

interface Down {
  readonly address: string;
  readonly host: Host;
  readonly bytes: Uint8Array;
}

/**
 * Joins meters and servers in one process, in simulated time, through one carrier for them all,
 * so that its cells and draws know no shards. Whatever happens at one instant happens in the
 * order of meters, as the scheduler has it.
 */
export class MemoryNetwork {
  readonly carrier: Carrier;
  readonly inFlight = new InFlight();
  readonly #options: MemoryNetworkOptions;
  readonly #up: FaultyLink<Up>;
  readonly #down: FaultyLink<Down>;
  #hosts: MemoryHosts | null = null;
  /** Datagrams that went to servers, and that came from them. */
  readonly #counts = { sent: 0, received: 0 };

  constructor(options: MemoryNetworkOptions) {
    const { model, seed, meters, scheduler, route, faults } = options;
    this.#options = options;
    this.carrier = new Carrier({
      model,
      seed,
      firstIndex: 0,
      count: meters,
      scheduler,
      inFlight: this.inFlight,
      route,
      // In one thread a module must not be called while a server runs, nor the other way round.
      atOnce: false,
    });
    this.#up = new FaultyLink(
      faults?.up ?? {},
      seedOf(seed, 'faults up'),
      (one) => this.#toHost(one),
      ({ index }) => index,
    );
    this.#down = new FaultyLink(
      faults?.down ?? {},
      seedOf(seed, 'faults down'),
      (one) => this.#toCarrier(one),
      ({ address }) => address,
    );
  }

  get counts(): { readonly sent: number; readonly received: number } {
    return this.#counts;
  }

  /** Where the servers are reached. */
  joinHosts(hosts: MemoryHosts): void {
    this.#hosts = hosts;
  }

  /** Where the modules are reached. */
  joinModules(toModule: Modules): void {
    this.carrier.join({
      toModule,
      toHost: (index, attach, host, bytes) => this.#up.pass({ index, attach, host, bytes }),
    });
  }

  /** A server sends to an address that it was given. To one that is gone it sends in vain. */
  send(host: Host, address: string, bytes: Uint8Array): void {
    this.#down.pass({ address, host, bytes });
  }

  #toHost({ index, attach, host, bytes }: Up): void {
    if (this.#hosts === null)
      throw new Error('network: a meter sent before its servers were joined');
    this.#counts.sent++;
    this.#options.tap?.(this.#options.scheduler.nowNs(), index, 'up', host, bytes);
    this.#hosts.receive(host, addressOf(index, attach), bytes);
  }

  #toCarrier({ address, host, bytes }: Down): void {
    const [index, attach] = meterAt(address);
    this.#counts.received++;
    this.#options.tap?.(this.#options.scheduler.nowNs(), index, 'down', host, bytes);
    this.carrier.receive(index, attach, host, bytes);
  }
}

/** A private dynamic address: the meter's present one until its next attach. */
function addressOf(index: number, attach: number): string {
  return `meter ${index}, attach ${attach}`;
}

/** @throws Error for an address that this network never gave */
function meterAt(address: string): [index: number, attach: number] {
  const { index, attach } =
    /^meter (?<index>\d+), attach (?<attach>\d+)$/.exec(address)?.groups ?? {};
  if (index === undefined || attach === undefined) {
    throw new Error(`network: an address of its own wanted, '${address.slice(0, 80)}' given`);
  }
  return [Number(index), Number(attach)];
}
