/** A meter's end of an HDLC line (IEC 62056-46): told the time, it answers bytes with bytes. */
import { NS_PER_MS, NS_PER_S } from '../../domain/time.ts';
import {
  clientAddress,
  type HdlcAddress,
  isAllStation,
  NO_STATION,
  serverAddress,
} from './address.ts';
import { encodeFrame, type HdlcFrame } from './frame.ts';
import type { NumberedFrame } from './information-transfer.ts';
import { withLlc } from './llc.ts';
import { type HdlcParameters, PARAMETER_DEFAULTS } from './parameters.ts';
import { FrameReceiver } from './receiver.ts';
import { ServerConnection } from './server-connection.ts';

/** What stands above: one APDU for one APDU. */
export interface HdlcServerHost {
  /** @returns the answer to a client's APDU; null when none is due */
  received(
    clientSap: number,
    serverSap: number,
    apdu: Uint8Array,
    nowNs: number,
  ): Uint8Array | null;
  /** A connection is over, or has been made anew: what was associated on it is not any longer. */
  connectionEnded?(clientSap: number, serverSap: number, nowNs: number): void;
  /** While it is, clients are told to wait (RNR). */
  busy?(nowNs: number): boolean;
}

export interface HdlcServerSettings {
  /** The server SAPs that are served. */
  readonly logicalDevices: readonly number[];
  /** Its number on a line with several; null when it is alone, and any number means it. */
  readonly physicalDevice: number | null;
  /** The most that is granted. */
  readonly parameters: HdlcParameters;
  /** Longest pause within a frame (class 23, inter_octet_time_out). */
  readonly interOctetNs: number;
  /** Silence of a client that ends its connection (class 23, inactivity_time_out). */
  readonly inactivityNs: number;
  /** 'discard' where it hears what it sends. */
  readonly echo: 'discard' | 'none';
  /** A fault of some meters (HXE130): the numbers of frames never advance. */
  readonly stuckNumbers: boolean;
}

export const HDLC_SERVER_DEFAULTS: HdlcServerSettings = {
  logicalDevices: [1],
  physicalDevice: null,
  parameters: PARAMETER_DEFAULTS,
  // 25 ms is usual for an optical port; TCP and USB adapters pause longer.
  interOctetNs: 500 * NS_PER_MS,
  inactivityNs: 120 * NS_PER_S,
  echo: 'none',
  stuckNumbers: false,
};

/** One client with one logical device. */
interface Served {
  readonly connection: ServerConnection;
  heardAtNs: number;
}

export class HdlcServer {
  readonly #host: HdlcServerHost;
  readonly #settings: HdlcServerSettings;
  readonly #receiver: FrameReceiver;
  /** Those that are connected. */
  readonly #served = new Map<string, Served>();
  #badFrames = 0;
  #nowNs = 0;

  /** @param settings what differs from {@link HDLC_SERVER_DEFAULTS} */
  constructor(host: HdlcServerHost, settings: Partial<HdlcServerSettings> = {}) {
    this.#host = host;
    this.#settings = { ...HDLC_SERVER_DEFAULTS, ...settings };
    this.#receiver = new FrameReceiver(this.#settings.interOctetNs, this.#settings.echo);
  }

  /** Frames that were dropped as they could not be believed. */
  get badFrames(): number {
    return this.#badFrames;
  }

  /** Clients that are connected. */
  get connections(): number {
    return this.#served.size;
  }

  /** Takes bytes that arrived; returns the frames to send now, in order. */
  receive(nowNs: number, bytes: Uint8Array): Uint8Array[] {
    this.#nowNs = nowNs;
    this.#endSilent();
    const out: Uint8Array[] = [];
    for (const received of this.#receiver.receive(nowNs, bytes)) {
      if (received.kind === 'bad-frame') this.#badFrames += 1;
      else out.push(...this.#answer(received.frame));
    }
    return out;
  }

  /** Does what is due; returns the frames to send now, in order. */
  wake(nowNs: number): Uint8Array[] {
    return this.receive(nowNs, new Uint8Array());
  }

  /** When {@link wake} next has something to do, ns; Infinity when nothing is due. */
  wakeAtNs(): number {
    let dueNs = this.#receiver.wakeAtNs();
    for (const served of this.#served.values()) dueNs = Math.min(dueNs, this.#endsAtNs(served));
    return dueNs;
  }

  /** The line is gone, and every connection on it. */
  end(nowNs: number): void {
    this.#nowNs = nowNs;
    const all = [...this.#served.values()];
    this.#served.clear();
    for (const { connection } of all) connection.end();
  }

  /** Drops a connection without a word: the client is told DM when it next speaks. */
  drop(clientSap: number, serverSap: number): void {
    this.#served.delete(keyOf(clientSap, serverSap));
  }

  /**
   * An APDU that nobody asked for, in a frame that is not numbered (UI): a push.
   * @returns the frame to send when the line is free
   * @throws CodecError when it does not fit into one frame
   */
  notify(clientSap: number, serverSap: number, apdu: Uint8Array): Uint8Array {
    return this.#framed(
      clientAddress(clientSap),
      serverAddress(serverSap, this.#settings.physicalDevice),
      {
        control: { kind: 'UI', pollFinal: false },
        segmented: false,
        information: withLlc('response', apdu),
      },
    );
  }

  #answer(frame: HdlcFrame): Uint8Array[] {
    const { source: client, destination: server } = frame;
    // The address of a client is its SAP alone.
    if (client.octets !== 1 || client.upper === NO_STATION) return [];
    if (isBroadcast(server)) return this.#broadcast(frame);
    if (!this.#isOurs(server)) return [];
    const served = this.#servedFor(client, server);
    served.heardAtNs = this.#nowNs;
    const answers = served.connection.receive(frame);
    const key = keyOf(client.upper, server.upper);
    if (served.connection.state === 'NDM') this.#served.delete(key);
    else this.#served.set(key, served);
    return answers.map((answer) => this.#framed(client, server, answer));
  }

  /** To every station only what is not numbered may be said, and nobody answers (6.4.2.3). */
  #broadcast(frame: HdlcFrame): Uint8Array[] {
    if (frame.control.kind !== 'UI') return [];
    const { upper, octets } = frame.destination;
    const { logicalDevices } = this.#settings;
    const called = isAllStation(upper, octets) ? logicalDevices : [upper];
    for (const logicalDevice of called.filter((one) => logicalDevices.includes(one))) {
      this.#connection(frame.source, logicalDevice).receive(frame);
    }
    return [];
  }

  #isOurs({ upper, lower }: HdlcAddress): boolean {
    const { logicalDevices, physicalDevice } = this.#settings;
    if (!logicalDevices.includes(upper)) return false;
    if (lower === null) return true;
    return physicalDevice === null ? lower !== NO_STATION : lower === physicalDevice;
  }

  #servedFor(client: HdlcAddress, server: HdlcAddress): Served {
    const known = this.#served.get(keyOf(client.upper, server.upper));
    if (known !== undefined) return known;
    const connection = this.#connection(client, server.upper);
    return { connection, heardAtNs: this.#nowNs };
  }

  #connection(client: HdlcAddress, serverSap: number): ServerConnection {
    const { parameters, stuckNumbers } = this.#settings;
    const host = this.#host;
    const received = (apdu: Uint8Array) =>
      host.received(client.upper, serverSap, apdu, this.#nowNs);
    return new ServerConnection({
      parameters,
      stuckNumbers,
      received,
      receivedUnnumbered: (apdu) => void received(apdu),
      ended: () => host.connectionEnded?.(client.upper, serverSap, this.#nowNs),
      busy: () => host.busy?.(this.#nowNs) === true,
    });
  }

  #endSilent(): void {
    for (const [key, served] of this.#served) {
      if (this.#nowNs < this.#endsAtNs(served)) continue;
      this.#served.delete(key);
      served.connection.end();
    }
  }

  #endsAtNs({ heardAtNs }: Served): number {
    return heardAtNs + this.#settings.inactivityNs;
  }

  #framed(client: HdlcAddress, server: HdlcAddress, frame: NumberedFrame): Uint8Array {
    const bytes = encodeFrame({ ...frame, destination: client, source: server });
    this.#receiver.sent(bytes);
    return bytes;
  }
}

function isBroadcast({ upper, lower, octets }: HdlcAddress): boolean {
  return isAllStation(upper, octets) || (lower !== null && isAllStation(lower, octets));
}

function keyOf(clientSap: number, serverSap: number): string {
  return `${clientSap} ${serverSap}`;
}
