import type { LanguageName } from '../../devices/domain/language.ts';
import { ApduReceiver } from '../../devices/protocol/c12-22/apdu-receiver.ts';
import { encodeWpdu, WrapperReceiver } from '../../devices/protocol/dlms/wrapper.ts';
import {
  type MessageChannel,
  openMessageChannel,
  type StreamReceiver,
} from '../network/apdu-channel.ts';
import { BenchError } from '../port/bench.ts';
import type { Host } from './fleet.ts';
import type { UdpAddress, UdpLinkOptions } from './udp-link.ts';

/** What is said within a turn leaves as one write, or as several of this size. */
const CHUNK_BYTES = 64 * 1024;

/** A connection, and what waits for the end of the turn, with how many messages it holds. */
interface Trunk {
  readonly channel: MessageChannel<Uint8Array>;
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
  /** Of the head-end. */
  readonly end: UdpAddress;
  readonly #options: UdpLinkOptions;
  /** One and the same where both servers are reached at one address. */
  readonly #trunks: Readonly<Record<Host, Trunk>>;
  #flushing: NodeJS.Immediate | null = null;

  private constructor(options: UdpLinkOptions, trunks: Readonly<Record<Host, Trunk>>) {
    this.#options = options;
    this.#trunks = trunks;
    this.end = options.hosts['head-end'];
    this.#listen('head-end', trunks['head-end']);
    if (this.#distinct().length > 1) {
      this.#listen('configuration-server', trunks['configuration-server']);
    }
  }

  /** Opens the connections. @throws BenchError (head-end) when a server does not take one */
  static async open(options: UdpLinkOptions): Promise<TrunkLink> {
    const { 'head-end': one, 'configuration-server': other } = options.hosts;
    const headEnd = await openTrunk(one, options.language);
    const isOne = one.host === other.host && one.port === other.port;
    return new TrunkLink(options, {
      'head-end': headEnd,
      'configuration-server': isOne ? headEnd : await openTrunk(other, options.language),
    });
  }

  /** Puts a meter's message on the trunk. */
  toHost(index: number, to: Host, bytes: Uint8Array): void {
    const { scheduler, onCount, tap } = this.#options;
    const dueNs = scheduler.nowNs();
    onCount('offered', dueNs);
    tap?.(dueNs, index, 'up', to, bytes);
    const trunk = this.#trunks[to];
    if (trunk.filled + bytes.length > trunk.chunk.length) this.#flush(trunk, bytes.length);
    trunk.chunk.set(bytes, trunk.filled);
    trunk.filled += bytes.length;
    trunk.messages++;
    this.#flushing ??= setImmediate(() => {
      this.#flushing = null;
      for (const each of this.#distinct()) this.#flush(each, 0);
    });
  }

  /** Closes the connections once everything that was said has left. */
  async close(): Promise<void> {
    if (this.#flushing !== null) clearImmediate(this.#flushing);
    for (const trunk of this.#distinct()) {
      this.#flush(trunk, 0);
      await trunk.channel.close();
    }
  }

  #distinct(): Trunk[] {
    return [...new Set(Object.values(this.#trunks))];
  }

  #flush(trunk: Trunk, wanted: number): void {
    const { filled, messages, chunk, channel } = trunk;
    if (filled === 0) return;
    const { scheduler, onCount } = this.#options;
    // What did not leave is offered and not achieved: the health of the run shows it.
    const left = (): void => onCount('achieved', scheduler.nowNs(), messages);
    void channel.send(chunk.subarray(0, filled)).then(left, () => {});
    // The system may not have it yet: the next one gets a buffer of its own.
    trunk.chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, wanted));
    trunk.filled = 0;
    trunk.messages = 0;
  }

  #listen(host: Host, { channel }: Trunk): void {
    const { onFailure } = this.#options;
    channel.onLost((reason) => onFailure(new BenchError('head-end', `trunk: ${reason}`)));
    channel.listen((message) => {
      try {
        this.#receive(host, message);
      } catch (error) {
        onFailure(error);
      }
    });
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

/** Cuts what a trunk carries into messages, as a datagram would hold each. */
export function trunkReceiver(language: LanguageName): StreamReceiver<Uint8Array> {
  if (language !== 'dlms') return new ApduReceiver();
  const units = new WrapperReceiver();
  return { receive: (bytes) => units.receive(bytes).map(encodeWpdu) };
}

async function openTrunk(address: UdpAddress, language: LanguageName): Promise<Trunk> {
  return {
    channel: await openMessageChannel(address, trunkReceiver(language), 'head-end'),
    chunk: Buffer.allocUnsafeSlow(CHUNK_BYTES),
    filled: 0,
    messages: 0,
  };
}
