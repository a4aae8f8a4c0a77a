import { NS_PER_MS } from '../../devices/domain/time.ts';
import { encodeWpdu, type Wpdu, WrapperReceiver } from '../../devices/protocol/dlms/wrapper.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import { TcpPort, type TcpPortOptions } from '../network/tcp-port.ts';
import { type PortBlame, UdpPort } from '../network/udp-port.ts';
import type { Clock } from '../port/clock.ts';
import { wpduIn } from './wrapper-channel.ts';

/** What is served: a logical device, or whoever takes pushes. */
export interface DlmsReceiver {
  /**
   * Takes one APDU.
   * @param path the connection that it came on, or the address that it came from
   * @returns the answer; null when none is due
   */
  receive(
    path: string,
    clientSap: number,
    serverSap: number,
    apdu: Uint8Array,
    nowNs: number,
  ): Uint8Array | null;
  /** Nothing more comes on a path: what was associated on it is not any longer. */
  pathLost(path: string): void;
}

export interface DlmsPortOptions extends TcpPortOptions {
  readonly address: UdpAddress;
  /** Who must act when the port cannot be had. */
  readonly blame: PortBlame;
  readonly clock: Clock;
  /**
   * Who is meant by the local address that was called; null for nobody. A port on a wildcard address
   * serves a meter on each address of the host; datagrams do not tell theirs and are for the
   * port's own.
   */
  readonly meterAt: (localHost: string) => DlmsReceiver | null;
}

/** When any port will do and one of the two is in use, another one is tried. */
const TRIES = 16;

/** Where DLMS in its wrapper is served, on a TCP and a UDP port of one number (4059). */
export class DlmsPort {
  readonly #options: DlmsPortOptions;
  readonly #tcp: TcpPort<Wpdu>;
  readonly #udp: UdpPort;
  /** Who is spoken with on each connection. */
  readonly #connected = new Map<string, DlmsReceiver>();
  /** When something last came from each address; the longest silence is first. */
  readonly #heardAtNs = new Map<string, number>();

  private constructor(options: DlmsPortOptions, tcp: TcpPort<Wpdu>, udp: UdpPort) {
    this.#options = options;
    this.#tcp = tcp;
    this.#udp = udp;
    tcp.listen({
      connected: (from, localHost) => this.#connect(from, localHost),
      heard: (from, unit) => this.#onTcp(from, unit),
      lost: (from) => {
        this.#connected.get(from)?.pathLost(from);
        this.#connected.delete(from);
      },
    });
    udp.listen((from, bytes) => this.#onUdp(from, bytes));
  }

  /** @throws BenchError when the ports cannot be had */
  static async open(options: DlmsPortOptions): Promise<DlmsPort> {
    const { address, blame } = options;
    for (let attempt = 1; ; attempt++) {
      const udp = await UdpPort.open(address, blame);
      try {
        const tcp = await TcpPort.open(udp.end, blame, options, () => new WrapperReceiver());
        return new DlmsPort(options, tcp, udp);
      } catch (error) {
        await udp.close();
        if (address.port !== 0 || attempt === TRIES) throw error;
      }
    }
  }

  get address(): UdpAddress {
    return this.#udp.end;
  }

  /** Ends a path: closes the connection; of datagrams nothing more is known. */
  hangUp(path: string): void {
    if (TcpPort.has(path)) this.#tcp.hangUp(path);
    else this.#heardAtNs.delete(path);
  }

  async close(): Promise<void> {
    await this.#tcp.close();
    await this.#udp.close();
  }

  #connect(from: string, localHost: string): void {
    const meter = this.#options.meterAt(localHost);
    if (meter === null) this.#tcp.hangUp(from);
    else this.#connected.set(from, meter);
  }

  #onTcp(from: string, unit: Wpdu): void {
    const meter = this.#connected.get(from);
    const answer = meter === undefined ? null : this.#ask(meter, from, unit);
    if (answer !== null) this.#tcp.send(from, answer);
  }

  #onUdp(from: string, bytes: Uint8Array): void {
    const meter = this.#options.meterAt(this.address.host);
    const unit = wpduIn(bytes);
    if (meter === null || unit === null) return;
    this.#forgetSilent(meter, from);
    const answer = this.#ask(meter, from, unit);
    if (answer !== null) this.#udp.send(from, answer);
  }

  /** A datagram never says that no more will come: silence does. */
  #forgetSilent(meter: DlmsReceiver, from: string): void {
    const nowNs = this.#options.clock.nowNs();
    const sinceNs = nowNs - this.#options.silenceMs * NS_PER_MS;
    for (const [path, heardAtNs] of this.#heardAtNs) {
      if (heardAtNs > sinceNs) break;
      this.#heardAtNs.delete(path);
      meter.pathLost(path);
    }
    this.#heardAtNs.delete(from);
    this.#heardAtNs.set(from, nowNs);
  }

  #ask(meter: DlmsReceiver, from: string, { source, destination, apdu }: Wpdu): Uint8Array | null {
    const nowNs = this.#options.clock.nowNs();
    const answer = meter.receive(from, source, destination, apdu, nowNs);
    return answer === null
      ? null
      : encodeWpdu({ source: destination, destination: source, apdu: answer });
  }
}
