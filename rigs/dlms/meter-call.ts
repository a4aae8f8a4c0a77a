import { encodeWpdu, type Wpdu } from '../../devices/protocol/dlms/wrapper.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import type { Clock } from '../port/clock.ts';
import type { DlmsReceiver } from './dlms-port.ts';
import { openWrapperTcp, type WrapperChannel } from './wrapper-channel.ts';

export interface MeterCallOptions {
  /** Where the head-end waits for calls. */
  readonly to: UdpAddress;
  readonly clock: Clock;
  readonly meter: DlmsReceiver;
  /** Told when the head-end hangs up, or the line does; when to call again is the caller's business. */
  readonly lost: (reason: string) => void;
}

let calls = 0;

/** A meter that calls its head-end (NAT of the carrier): it opens TCP and is the server on that socket. */
export class MeterCall {
  /** What tells this connection from others. */
  readonly path: string;
  readonly #channel: WrapperChannel;
  readonly #meter: DlmsReceiver;

  private constructor({ clock, meter, lost }: MeterCallOptions, channel: WrapperChannel) {
    this.path = `call ${channel.name} #${++calls}`;
    this.#channel = channel;
    this.#meter = meter;
    channel.listen(({ source, destination, apdu }) => {
      const answer = meter.receive(this.path, source, destination, apdu, clock.nowNs());
      if (answer === null) return;
      this.push({ source: destination, destination: source, apdu: answer });
    });
    channel.onLost((reason) => {
      meter.pathLost(this.path);
      lost(reason);
    });
  }

  /** @throws BenchError when nobody is there */
  static async open(options: MeterCallOptions): Promise<MeterCall> {
    return new MeterCall(options, await openWrapperTcp(options.to));
  }

  /** Sends what nobody asked for: the heartbeat that says who calls. On a connection that is gone, nothing. */
  push(unit: Wpdu): void {
    // A connection that breaks meanwhile says so itself.
    this.#channel.send(encodeWpdu(unit)).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#meter.pathLost(this.path);
    await this.#channel.close();
  }
}
