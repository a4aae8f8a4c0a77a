import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { isIP } from 'node:net';
import { messageOf } from '../../devices/domain/error-text.ts';
import { BenchError } from '../port/bench.ts';
import { StreamCutter } from '../wrap/stream-cutter.ts';
import type { Host } from './fleet.ts';
import type { UdpAddress, UdpLinkOptions } from './udp-link.ts';

/** What is said within a turn leaves as one write, or as several of this size. */
const CHUNK_BYTES = 64 * 1024;

/** What waits for the system to take it, with how many messages it holds. */
interface Trunk {
  readonly socket: Socket;
  readonly cutter: StreamCutter;
  chunk: Buffer;
  filled: number;
  messages: number;
}

/**
 * The way through a collector, as gateways of a mesh have it: one TCP connection to each server carries
 * the messages of all meters of the shard, one after the other (RFC 6142 for C12.22, the wrapper for
 * DLMS). What is said in one turn of the event loop is written at its end.
 */
export class TrunkLink {
  readonly end: UdpAddress;
  readonly #options: UdpLinkOptions;
  readonly #trunks: ReadonlyMap<Host, Trunk>;
  #flushing: NodeJS.Immediate | null = null;
  #isClosing = false;

  private constructor(options: UdpLinkOptions, trunks: ReadonlyMap<Host, Trunk>) {
    this.#options = options;
    this.#trunks = trunks;
    const socket = trunks.get('head-end')?.socket;
    this.end = { host: socket?.localAddress ?? '', port: socket?.localPort ?? 0 };
    for (const [host, trunk] of trunks) this.#listen(host, trunk);
  }

  /** Opens the connections. @throws BenchError (head-end) when a server does not take one */
  static async open(options: UdpLinkOptions): Promise<TrunkLink> {
    const { hosts } = options;
    const headEnd = await openTrunk(hosts['head-end'], options);
    const isOne =
      hosts['head-end'].host === hosts['configuration-server'].host &&
      hosts['head-end'].port === hosts['configuration-server'].port;
    const other = isOne ? headEnd : await openTrunk(hosts['configuration-server'], options);
    return new TrunkLink(
      options,
      new Map([
        ['head-end', headEnd],
        ['configuration-server', other],
      ]),
    );
  }

  /** Puts a meter's message on the trunk. */
  toHost(index: number, to: Host, bytes: Uint8Array): void {
    const { scheduler, onCount, tap } = this.#options;
    const dueNs = scheduler.nowNs();
    onCount('offered', dueNs);
    tap?.(dueNs, index, 'up', to, bytes);
    const trunk = this.#trunks.get(to);
    if (trunk === undefined) return;
    if (trunk.filled + bytes.length > trunk.chunk.length) this.#flush(trunk, bytes.length);
    trunk.chunk.set(bytes, trunk.filled);
    trunk.filled += bytes.length;
    trunk.messages++;
    this.#flushing ??= setImmediate(() => {
      this.#flushing = null;
      for (const each of this.#trunks.values()) this.#flush(each, 0);
    });
  }

  /** Closes the connections once everything that was said has left. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#flushing !== null) clearImmediate(this.#flushing);
    for (const trunk of new Set(this.#trunks.values())) {
      this.#flush(trunk, 0);
      if (trunk.socket.closed) continue;
      const closed = once(trunk.socket, 'close');
      trunk.socket.end();
      // A server that never closes its half would keep us for ever; nothing is awaited from it.
      trunk.socket.once('finish', () => trunk.socket.destroy());
      await closed;
    }
  }

  #flush(trunk: Trunk, wanted: number): void {
    const { filled, messages, chunk, socket } = trunk;
    if (filled > 0) {
      const { scheduler, onCount } = this.#options;
      socket.write(chunk.subarray(0, filled), (error) => {
        // What did not leave is offered and not achieved: the health of the run shows it.
        if (error === null || error === undefined) onCount('achieved', scheduler.nowNs(), messages);
      });
      // The system may not have it yet: the next one gets a buffer of its own.
      trunk.chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, wanted));
    }
    trunk.filled = 0;
    trunk.messages = 0;
  }

  #listen(host: Host, { socket, cutter }: Trunk): void {
    const { onFailure } = this.#options;
    if (socket.listenerCount('data') > 0) return;
    socket.on('data', (bytes) => {
      try {
        for (const message of cutter.receive(bytes)) this.#receive(host, message);
      } catch (error) {
        onFailure(error);
      }
    });
    socket.on('close', () => {
      if (!this.#isClosing)
        onFailure(new BenchError('head-end', `trunk to the ${host}: it was closed`));
    });
    socket.on('error', onFailure);
  }

  #receive(host: Host, bytes: Uint8Array): void {
    const { carrier, scheduler, route, firstIndex, count, onCount, tap } = this.#options;
    const atNs = scheduler.nowNs();
    onCount('received', atNs);
    const index = route.meterIndexOf(bytes, firstIndex, count);
    if (index === undefined) return;
    tap?.(atNs, index, 'down', host, bytes);
    carrier.receive(index, carrier.attachOf(index), host, bytes);
  }
}

async function openTrunk({ host, port }: UdpAddress, options: UdpLinkOptions): Promise<Trunk> {
  if (isIP(host) === 0) throw new BenchError('scenario', `trunk: an address wanted, ${host} given`);
  const socket = connect({ host, port, noDelay: true });
  const failed = once(socket, 'error').then(([error]: unknown[]) => error);
  const outcome = await Promise.race([once(socket, 'connect').then(() => null), failed]);
  if (outcome !== null) {
    const what = `trunk to ${host} port ${port}: ${messageOf(outcome)}`;
    throw new BenchError('head-end', what, { cause: outcome });
  }
  return {
    socket,
    cutter: new StreamCutter(options.language),
    chunk: Buffer.allocUnsafeSlow(CHUNK_BYTES),
    filled: 0,
    messages: 0,
  };
}
