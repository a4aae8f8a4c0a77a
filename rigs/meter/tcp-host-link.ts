import { type ApduChannel, openTcpChannel } from '../network/apdu-channel.ts';
import type { Host } from '../fleet/fleet.ts';
import type { UdpHosts } from '../fleet/udp-link.ts';
import type { ModuleLink } from './host-link.ts';

/**
 * The way of one meter's module to its servers over TCP, a connection to each. It is opened when
 * there is something to say and opened again when it was lost: what was said meanwhile is lost, as
 * a datagram would be, and the module says it again.
 */
export class TcpHostLink implements ModuleLink {
  readonly end = null;
  readonly #hosts: UdpHosts;
  readonly #channels = new Map<Host, Promise<ApduChannel | null>>();
  #heard: (bytes: Uint8Array) => void = () => {};
  #failed: (error: unknown) => void = () => {};

  constructor(hosts: UdpHosts) {
    this.#hosts = hosts;
  }

  listen(heard: (bytes: Uint8Array) => void, failed: (error: unknown) => void): void {
    this.#heard = heard;
    this.#failed = failed;
  }

  send(to: Host, bytes: Uint8Array): void {
    this.#channel(to)
      .then((channel) => channel?.send(bytes))
      // The connection broke while it was being written to: lost, as above.
      .catch(() => undefined);
  }

  async close(): Promise<void> {
    for (const channel of await Promise.all(this.#channels.values())) await channel?.close();
  }

  #channel(to: Host): Promise<ApduChannel | null> {
    const known = this.#channels.get(to);
    if (known !== undefined) return known;
    const opening = this.#open(to);
    this.#channels.set(to, opening);
    return opening;
  }

  async #open(to: Host): Promise<ApduChannel | null> {
    try {
      const channel = await openTcpChannel(this.#hosts[to]);
      channel.onLost(() => this.#channels.delete(to));
      channel.listen((bytes) => {
        try {
          this.#heard(bytes);
        } catch (error) {
          this.#failed(error);
        }
      });
      return channel;
    } catch {
      // Nobody is there: the next message tries again.
      this.#channels.delete(to);
      return null;
    }
  }
}
