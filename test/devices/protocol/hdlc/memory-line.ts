import { NS_PER_MS, NS_PER_S } from '../../../../devices/domain/time.ts';
import type { HdlcClient, HdlcClientEvent } from '../../../../devices/protocol/hdlc/client.ts';
import type { HdlcServer } from '../../../../devices/protocol/hdlc/server.ts';
import type { SeededBytes } from '../seeded-bytes.ts';

/** What a line does to what is sent over it; chances in percent of the frames. */
export interface LineFaults {
  /** A frame is lost whole, or some of its octets are. */
  readonly loss: number;
  /** A bit is turned. */
  readonly flip: number;
  /** Octets that nobody sent stand in front. */
  readonly noise: number;
  /** Frames arrive in pieces. */
  readonly splits: boolean;
  /** The client hears itself. */
  readonly echo: boolean;
}

export const GOOD_LINE: LineFaults = { loss: 0, flip: 0, noise: 0, splits: false, echo: false };

interface Delivery {
  readonly atNs: number;
  readonly to: 'client' | 'server';
  readonly bytes: Uint8Array;
}

const PIECE_NS = NS_PER_MS;
/** Longer than any exchange takes: what takes longer never ends. */
const PATIENCE_NS = 3_600 * NS_PER_S;

/** A client and a server on one line, in a time of their own. */
export class MemoryLine {
  nowNs = 0;
  /** Frames that either side put on the line. */
  readonly frames: Uint8Array[] = [];
  readonly faults: string[] = [];
  readonly pushes: Uint8Array[] = [];
  readonly #client: HdlcClient;
  readonly #server: HdlcServer;
  readonly #chance: SeededBytes;
  readonly #line: LineFaults;
  #deliveries: Delivery[] = [];
  #freeAtNs = 0;

  constructor(client: HdlcClient, server: HdlcServer, chance: SeededBytes, line: LineFaults) {
    this.#client = client;
    this.#server = server;
    this.#chance = chance;
    this.#line = line;
  }

  /** Carries what a call of the client led to, until it ends in an event that is no 'send'. */
  run(first: readonly HdlcClientEvent[]): HdlcClientEvent {
    let events = first;
    const endNs = this.nowNs + PATIENCE_NS;
    for (;;) {
      const end = this.#carry(events);
      if (end !== null) return end;
      if (this.nowNs > endNs) throw new Error('the exchange never ends');
      events = this.#next();
    }
  }

  /** Puts a frame of the server's own will on the line. */
  fromServer(frame: Uint8Array): void {
    this.#put('client', frame);
  }

  #carry(events: readonly HdlcClientEvent[]): HdlcClientEvent | null {
    let end: HdlcClientEvent | null = null;
    for (const event of events) {
      if (event.kind === 'send') {
        if (this.#line.echo) this.#put('client', event.bytes);
        this.#put('server', event.bytes);
      } else if (event.kind === 'fault') this.faults.push(event.reason);
      else if (event.kind === 'unsolicited') this.pushes.push(event.apdu);
      else end = event;
    }
    return end;
  }

  /** Whatever is due first: octets that arrive, or one of the two that wakes. */
  #next(): readonly HdlcClientEvent[] {
    this.#deliveries.sort((one, other) => one.atNs - other.atNs);
    const arrival = this.#deliveries[0];
    const clientNs = this.#client.wakeAtNs();
    const serverNs = this.#server.wakeAtNs();
    this.nowNs = Math.max(this.nowNs, Math.min(arrival?.atNs ?? Infinity, clientNs, serverNs));
    if (arrival !== undefined && arrival.atNs <= this.nowNs) {
      this.#deliveries.shift();
      if (arrival.to === 'client') return this.#client.receive(this.nowNs, arrival.bytes);
      this.#fromServer(this.#server.receive(this.nowNs, arrival.bytes));
      return [];
    }
    if (serverNs <= this.nowNs) this.#fromServer(this.#server.wake(this.nowNs));
    return clientNs <= this.nowNs ? this.#client.wake(this.nowNs) : [];
  }

  #fromServer(frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.#put('client', frame);
  }

  #put(to: Delivery['to'], frame: Uint8Array): void {
    this.frames.push(frame);
    const pieces = this.#pieces(this.#spoilt(frame));
    for (const bytes of pieces) {
      this.#freeAtNs = Math.max(this.#freeAtNs, this.nowNs) + PIECE_NS;
      this.#deliveries.push({ atNs: this.#freeAtNs, to, bytes });
    }
  }

  #spoilt(frame: Uint8Array): Uint8Array {
    const { loss, flip, noise } = this.#line;
    let bytes = frame.slice();
    if (this.#happens(loss)) {
      const at = this.#chance.below(bytes.length);
      const count = this.#chance.below(2) === 0 ? bytes.length : 1 + this.#chance.below(3);
      bytes = Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + count));
    }
    if (this.#happens(flip) && bytes.length > 0) {
      const at = this.#chance.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << this.#chance.below(8));
    }
    if (!this.#happens(noise)) return bytes;
    return Uint8Array.of(...this.#chance.bytes(1 + this.#chance.below(8)), ...bytes);
  }

  #happens(percent: number): boolean {
    return percent > 0 && this.#chance.below(100) < percent;
  }

  #pieces(bytes: Uint8Array): Uint8Array[] {
    if (!this.#line.splits) return [bytes];
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = 1 + this.#chance.below(40);
      pieces.push(bytes.subarray(at, at + length));
      at += length;
    }
    return pieces;
  }
}
