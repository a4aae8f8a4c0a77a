import { ApduReceiver } from '../../devices/protocol/c12-22/apdu-receiver.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import { TcpPort, type TcpPortOptions } from './tcp-port.ts';
import { type PortBlame, UdpPort } from './udp-port.ts';

export interface ApduPortOptions extends TcpPortOptions {
  readonly address: UdpAddress;
  /** Who must act when the port cannot be had. */
  readonly blame: PortBlame;
}

/** When any port will do and one of the two is in use, another one is tried. */
const TRIES = 16;

/** Where a node of C12.22 is reached, on a UDP and a TCP port of one number (RFC 6142: 1153). */
export class ApduPort {
  readonly #udp: UdpPort;
  readonly #tcp: TcpPort<Uint8Array>;

  private constructor(udp: UdpPort, tcp: TcpPort<Uint8Array>) {
    this.#udp = udp;
    this.#tcp = tcp;
  }

  /** @throws BenchError when the ports cannot be had */
  static async open({ address, blame, ...options }: ApduPortOptions): Promise<ApduPort> {
    for (let attempt = 1; ; attempt++) {
      const udp = await UdpPort.open(address, blame);
      try {
        const tcp = await TcpPort.open(udp.end, blame, options, () => new ApduReceiver());
        return new ApduPort(udp, tcp);
      } catch (error) {
        await udp.close();
        if (address.port !== 0 || attempt === TRIES) throw error;
      }
    }
  }

  get address(): UdpAddress {
    return this.#udp.end;
  }

  /**
   * Hands on every APDU with where it came from, and every connection that is gone, because nothing on it
   * could be believed or otherwise; one listener.
   */
  listen(
    heard: (from: string, apdu: Uint8Array) => void,
    lost: (from: string) => void = () => {},
    outOfStep: (from: string) => void = () => {},
  ): void {
    this.#udp.listen(heard);
    this.#tcp.listen({ heard, lost, outOfStep });
  }

  /** Sends to where an APDU came from. */
  send(address: string, apdu: Uint8Array): void {
    (TcpPort.has(address) ? this.#tcp : this.#udp).send(address, apdu);
  }

  async close(): Promise<void> {
    await this.#udp.close();
    await this.#tcp.close();
  }
}
