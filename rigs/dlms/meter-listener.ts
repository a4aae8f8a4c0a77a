import type { Wpdu } from '../../devices/protocol/dlms/wrapper.ts';
import { WrapperReceiver } from '../../devices/protocol/dlms/wrapper.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import { TcpPort, type TcpPortOptions } from '../network/tcp-port.ts';
import type { PortBlame } from '../network/udp-port.ts';
import type { WrapperChannel } from './wrapper-channel.ts';

/**
 * Where meters behind the NAT of a carrier call: the meter opens TCP, and the head-end is the client
 * on that socket. Who called is told by its first push or by its logical device name, not by its
 * address.
 */
export class MeterListener {
  readonly #port: TcpPort<Wpdu>;
  readonly #calls = new Map<string, Call>();

  private constructor(port: TcpPort<Wpdu>) {
    this.#port = port;
  }

  /** @throws BenchError when the port cannot be had */
  static async open(
    address: UdpAddress,
    blame: PortBlame,
    options: TcpPortOptions,
  ): Promise<MeterListener> {
    return new MeterListener(
      await TcpPort.open(address, blame, options, () => new WrapperReceiver()),
    );
  }

  get address(): UdpAddress {
    return this.#port.end;
  }

  /** Hands on every meter that calls, as a way to it; one listener. */
  listen(called: (channel: WrapperChannel) => void): void {
    this.#port.listen({
      connected: (from) => {
        const call = new Call(from, this.#port);
        this.#calls.set(from, call);
        called(call);
      },
      heard: (from, unit) => this.#calls.get(from)?.heard(unit),
      lost: (from) => {
        this.#calls.get(from)?.lost();
        this.#calls.delete(from);
      },
    });
  }

  async close(): Promise<void> {
    await this.#port.close();
  }
}

/** The connection of one meter that called. */
class Call implements WrapperChannel {
  readonly name: string;
  readonly isLossy = false;
  readonly #from: string;
  readonly #port: TcpPort<Wpdu>;
  #heard: (unit: Wpdu) => void = () => {};
  #onLost: (reason: string) => void = () => {};
  #isGone = false;
  #gone: () => void = () => {};

  constructor(from: string, port: TcpPort<Wpdu>) {
    this.name = `${from}, which called`;
    this.#from = from;
    this.#port = port;
  }

  heard(unit: Wpdu): void {
    this.#heard(unit);
  }

  lost(): void {
    this.#isGone = true;
    this.#gone();
    this.#onLost(`${this.name}: the far end closed the connection`);
  }

  send(bytes: Uint8Array): Promise<void> {
    this.#port.send(this.#from, bytes);
    return Promise.resolve();
  }

  listen(listener: (unit: Wpdu) => void): void {
    this.#heard = listener;
  }

  onLost(listener: (reason: string) => void): void {
    this.#onLost = listener;
  }

  async close(): Promise<void> {
    this.#onLost = () => {};
    if (this.#isGone) return;
    const gone = new Promise<void>((resolve) => {
      this.#gone = resolve;
    });
    this.#port.hangUp(this.#from);
    await gone;
  }
}
