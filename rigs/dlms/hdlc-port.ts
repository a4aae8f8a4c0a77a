import type { Scheduler } from '../clock/scheduler.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import type { StreamReceiver } from '../network/apdu-channel.ts';
import { TcpPort, type TcpPortOptions } from '../network/tcp-port.ts';
import type { PortBlame } from '../network/udp-port.ts';
import type { DlmsReceiver } from './dlms-port.ts';
import { HdlcSession, type HdlcSessionOptions } from './hdlc-session.ts';

export interface HdlcPortOptions
  extends TcpPortOptions, Pick<HdlcSessionOptions, 'server' | 'modeE'> {
  readonly address: UdpAddress;
  /** Who must act when the port cannot be had. */
  readonly blame: PortBlame;
  readonly scheduler: Scheduler;
  /** Who is meant by the local address that was called; null for nobody. */
  readonly meterAt: (localHost: string) => DlmsReceiver | null;
}

/** HDLC is cut into frames where its time-outs are known. */
const AS_IT_COMES: StreamReceiver<Uint8Array> = { receive: (bytes) => [bytes] };

/** Where HDLC is served over TCP, as a serial server does: each connection is a line of its own. */
export class HdlcPort {
  readonly #options: HdlcPortOptions;
  readonly #port: TcpPort<Uint8Array>;
  readonly #sessions = new Map<string, HdlcSession>();

  private constructor(options: HdlcPortOptions, port: TcpPort<Uint8Array>) {
    this.#options = options;
    this.#port = port;
    port.listen({
      connected: (from, localHost) => this.#connect(from, localHost),
      heard: (from, bytes) => this.#sessions.get(from)?.receive(bytes),
      lost: (from) => {
        this.#sessions.get(from)?.end();
        this.#sessions.delete(from);
      },
    });
  }

  /** @throws BenchError when the port cannot be had */
  static async open(options: HdlcPortOptions): Promise<HdlcPort> {
    const { address, blame } = options;
    const port = await TcpPort.open(address, blame, options, () => AS_IT_COMES);
    return new HdlcPort(options, port);
  }

  get address(): UdpAddress {
    return this.#port.end;
  }

  /** Drops the HDLC connection that a path is. */
  hangUp(path: string): void {
    for (const session of this.#sessions.values()) if (session.hangUp(path)) return;
  }

  async close(): Promise<void> {
    await this.#port.close();
    for (const session of this.#sessions.values()) session.end();
    this.#sessions.clear();
  }

  #connect(from: string, localHost: string): void {
    const { scheduler, meterAt, server, modeE } = this.#options;
    const meter = meterAt(localHost);
    if (meter === null) return this.#port.hangUp(from);
    const session = new HdlcSession({
      scheduler,
      meter,
      name: `hdlc ${from}`,
      ...(server && { server }),
      modeE: modeE ?? null,
    });
    session.connect((bytes) => this.#port.send(from, bytes));
    this.#sessions.set(from, session);
  }
}
