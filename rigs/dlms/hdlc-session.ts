import {
  HDLC_SERVER_DEFAULTS,
  HdlcServer,
  type HdlcServerSettings,
} from '../../devices/protocol/hdlc/server.ts';
import {
  type ModeEEvent,
  ModeEServer,
  type ModeEServerSettings,
  SIGN_ON_BAUD,
} from '../../devices/protocol/hdlc/mode-e.ts';
import { FLAG } from '../../devices/protocol/hdlc/frame.ts';
import type { Cancel, Scheduler } from '../clock/scheduler.ts';
import type { Twin } from '../serial/twin.ts';
import type { DlmsReceiver } from './dlms-port.ts';

export interface HdlcSessionOptions {
  readonly scheduler: Scheduler;
  readonly meter: DlmsReceiver;
  /** What tells this line from others: paths of its connections begin with it. */
  readonly name: string;
  /** What differs from HDLC_SERVER_DEFAULTS. */
  readonly server?: Partial<HdlcServerSettings>;
  /** Readers sign on by IEC 62056-21 first, or begin with HDLC at the speed of the line; null: only the latter. */
  readonly modeE?: Partial<ModeEServerSettings> | null;
  /** Told whenever the line has to be set to another speed, after what was sent has left. */
  readonly speedChanged?: (bitsPerSecond: number) => void;
}

/** A meter's end of one line, serial or not: HDLC with its time-outs, perhaps behind a sign-on. */
export class HdlcSession implements Twin {
  readonly #options: HdlcSessionOptions;
  readonly #server: HdlcServer;
  readonly #modeE: ModeEServer | null;
  #send: (bytes: Uint8Array) => void = () => {};
  /** HDLC has to begin by then, after a sign-on; null while none was made. */
  #signedOnUntilNs: number | null = null;
  #cancelWake: Cancel = () => {};

  constructor(options: HdlcSessionOptions) {
    this.#options = options;
    const { meter, modeE = null } = options;
    this.#modeE = modeE === null ? null : new ModeEServer(modeE);
    this.#server = new HdlcServer(
      {
        received: (clientSap, serverSap, apdu, nowNs) =>
          meter.receive(this.#path(clientSap, serverSap), clientSap, serverSap, apdu, nowNs),
        connectionEnded: (clientSap, serverSap) => meter.pathLost(this.#path(clientSap, serverSap)),
      },
      options.server,
    );
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    const nowNs = this.#options.scheduler.nowNs();
    if (this.#isSigningOn(bytes)) this.#follow(this.#modeE?.receive(nowNs, bytes) ?? []);
    else this.#say(this.#server.receive(nowNs, bytes));
    this.#armWake();
  }

  /** Whether a path is a connection of this line; then it is dropped. */
  hangUp(path: string): boolean {
    const { name } = this.#options;
    if (!path.startsWith(`${name} `)) return false;
    const [clientSap = 0, serverSap = 0] = path
      .slice(name.length + 1)
      .split(' ')
      .map(Number);
    this.#server.drop(clientSap, serverSap);
    return true;
  }

  /** The line is gone, and every connection on it. */
  end(): void {
    this.#cancelWake();
    this.#server.end(this.#options.scheduler.nowNs());
  }

  get #inactivityNs(): number {
    return this.#options.server?.inactivityNs ?? HDLC_SERVER_DEFAULTS.inactivityNs;
  }

  #path(clientSap: number, serverSap: number): string {
    return `${this.#options.name} ${clientSap} ${serverSap}`;
  }

  /** A flag is no character of a sign-on: where one comes, HDLC has begun. */
  #isSigningOn(bytes: Uint8Array): boolean {
    return (
      this.#modeE !== null &&
      this.#signedOnUntilNs === null &&
      this.#server.connections === 0 &&
      !bytes.includes(FLAG)
    );
  }

  #follow(events: readonly ModeEEvent[]): void {
    for (const event of events) {
      switch (event.kind) {
        case 'send':
          this.#send(event.bytes);
          break;
        case 'signed-on':
          this.#signedOnUntilNs = this.#options.scheduler.nowNs() + this.#inactivityNs;
          this.#options.speedChanged?.(event.bitsPerSecond);
          break;
        case 'refused':
          break;
      }
    }
  }

  #say(frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.#send(frame);
    if (this.#signedOnUntilNs === null) return;
    if (this.#server.connections > 0) this.#signedOnUntilNs = 0;
    // After the last connection, or without any, readers sign on again.
    else if (this.#options.scheduler.nowNs() >= this.#signedOnUntilNs) {
      this.#signedOnUntilNs = null;
      this.#options.speedChanged?.(SIGN_ON_BAUD);
    }
  }

  #dueNs(): number {
    const isWaiting = this.#signedOnUntilNs !== null && this.#server.connections === 0;
    return Math.min(
      this.#server.wakeAtNs(),
      this.#modeE?.wakeAtNs() ?? Infinity,
      isWaiting ? (this.#signedOnUntilNs ?? Infinity) : Infinity,
    );
  }

  #armWake(): void {
    this.#cancelWake();
    const dueNs = this.#dueNs();
    if (dueNs === Infinity) return;
    this.#cancelWake = this.#options.scheduler.callAt(dueNs, 0, () => {
      const nowNs = this.#options.scheduler.nowNs();
      this.#follow(this.#modeE?.wake(nowNs) ?? []);
      this.#say(this.#server.wake(nowNs));
      this.#armWake();
    });
  }
}
