/**
 * The data link of C12.18, the same for both ends: packets out with ACK, NAK, time-out and
 * retries; packets in with duplicates thrown away and messages put together. Pure: it is told
 * the time and says when it next wants to be woken.
 */
import { NS_PER_MS, NS_PER_S } from '../../domain/time.ts';
import {
  ACK,
  encodePacket,
  NAK,
  packetsOf,
  PACKET_SIZE_DEFAULT,
  PACKET_SIZE_MAXIMUM,
} from './packet.ts';
import type { Packet, RawPacket } from './packet.ts';
import { PacketReceiver } from './receiver.ts';
import type { Received } from './receiver.ts';

/** Times of the C12.18 column; `bitsPerSecond` is what the time-outs allow for a packet's own length. */
export interface LinkSettings {
  readonly interCharacterNs: number;
  readonly responseNs: number;
  readonly retries: number;
  readonly bitsPerSecond: number;
}

export const LINK_DEFAULTS: LinkSettings = {
  interCharacterNs: 500 * NS_PER_MS,
  responseNs: 2 * NS_PER_S,
  retries: 3,
  bitsPerSecond: 9600,
};

export type LinkEvent =
  /** Bytes to put on the line now. */
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** A whole message from the other side. */
  | { readonly kind: 'message'; readonly data: Uint8Array; readonly dataFormat: number }
  /** Our whole message was acknowledged. */
  | { readonly kind: 'delivered' }
  /** Our message was given up after the last retry. */
  | { readonly kind: 'gave-up'; readonly reason: string }
  /** Something came that was no good packet; it was answered with NAK unless its header was cut. */
  | { readonly kind: 'bad-packet'; readonly reason: string };

interface Outgoing {
  readonly bytes: Uint8Array;
  readonly last: boolean;
}

const IDENTIFY = 0x20;
const BITS_PER_BYTE_8N1 = 10;

export class OpticalLink {
  /** Greatest packet that we send, overhead included. */
  packetSize = PACKET_SIZE_DEFAULT;
  readonly #settings: LinkSettings;
  readonly #receiver: PacketReceiver;
  #toggle = false;
  #queue: Outgoing[] = [];
  #attempts = 0;
  #naks = 0;
  #answerDueNs = Infinity;
  #lastAccepted: { toggle: boolean; crc: number } | null = null;
  #parts: Packet[] = [];

  constructor(settings: LinkSettings) {
    this.#settings = settings;
    // A packet larger than negotiated is unusual, but readable, and refusing it helps nobody.
    this.#receiver = new PacketReceiver(PACKET_SIZE_MAXIMUM, settings.interCharacterNs);
  }

  /** Whether a packet of ours still waits for its ACK. */
  get awaitingAck(): boolean {
    return this.#queue.length > 0;
  }

  /** Starts to send a message; one that still waits for its ACK is dropped. */
  send(nowNs: number, message: Uint8Array): LinkEvent[] {
    const packets = packetsOf(message, this.packetSize, this.#toggle);
    if (packets.length % 2 === 1) this.#toggle = !this.#toggle;
    this.#queue = packets.map((packet) => ({
      bytes: encodePacket(packet),
      last: packet.sequence === 0,
    }));
    return this.#sendNext(nowNs);
  }

  receive(nowNs: number, bytes: Uint8Array): LinkEvent[] {
    const events = this.#timedOut(nowNs);
    for (const received of this.#receiver.receive(nowNs, bytes)) {
      events.push(...this.#accept(nowNs, received));
    }
    return events;
  }

  wake(nowNs: number): LinkEvent[] {
    const events = this.#receiver.wake(nowNs).flatMap((received) => this.#accept(nowNs, received));
    return [...events, ...this.#timedOut(nowNs)];
  }

  wakeAtNs(): number {
    return Math.min(this.#answerDueNs, this.#receiver.wakeAtNs());
  }

  /** Forgets the conversation: the other side's toggle is unknown again, nothing is under way. */
  restart(): void {
    this.packetSize = PACKET_SIZE_DEFAULT;
    this.#lastAccepted = null;
    this.#parts = [];
    this.#clearQueue();
  }

  #accept(nowNs: number, received: Received): LinkEvent[] {
    switch (received.kind) {
      case 'ack':
        return this.#acknowledged(nowNs);
      case 'nak':
        if (!this.awaitingAck) return [];
        this.#naks += 1;
        return this.#retry(nowNs);
      case 'bad-packet': {
        const told: LinkEvent = { kind: 'bad-packet', reason: received.reason };
        return received.headerCut ? [told] : [told, send(NAK)];
      }
      case 'packet':
        return this.#acceptPacket(nowNs, received.packet, received.raw);
    }
  }

  #acceptPacket(nowNs: number, packet: Packet, raw: RawPacket): LinkEvent[] {
    const events: LinkEvent[] = [send(ACK)];
    if (this.#isDuplicate(packet, raw)) {
      // The other side did not get our answer: it is due again, if it still is under way.
      return this.awaitingAck ? [...events, ...this.#sendNext(nowNs)] : events;
    }
    this.#lastAccepted = { toggle: packet.toggle, crc: raw.crc };
    // A new packet proves that our message was heard, even if its ACK got lost.
    if (this.awaitingAck) {
      this.#clearQueue();
      events.push({ kind: 'delivered' });
    }
    if (!packet.multiPacket || packet.first) this.#parts = [];
    const previous = this.#parts.at(-1);
    if (packet.multiPacket && !packet.first && previous?.sequence !== packet.sequence + 1) {
      this.#parts = [];
      const reason = `sequence number ${packet.sequence} after ${previous?.sequence ?? 'no first packet'}`;
      return [...events, { kind: 'bad-packet', reason }];
    }
    this.#parts.push(packet);
    if (packet.sequence > 0) return events;
    const data = Uint8Array.from(this.#parts.flatMap((part) => [...part.data]));
    this.#parts = [];
    return [...events, { kind: 'message', data, dataFormat: packet.dataFormat }];
  }

  /**
   * The same toggle and the same CRC as the packet before. An Identify is a duplicate only while
   * its own answer is under way: clients start each run with the same bytes, whatever the last
   * run ended with.
   */
  #isDuplicate(packet: Packet, raw: RawPacket): boolean {
    const same =
      this.#lastAccepted !== null &&
      this.#lastAccepted.toggle === packet.toggle &&
      this.#lastAccepted.crc === raw.crc;
    const identify = packet.data.length === 1 && packet.data[0] === IDENTIFY;
    return same && (!identify || this.awaitingAck);
  }

  #acknowledged(nowNs: number): LinkEvent[] {
    const sent = this.#queue.shift();
    if (sent === undefined) return [];
    this.#attempts = 0;
    this.#naks = 0;
    this.#answerDueNs = Infinity;
    return sent.last ? [{ kind: 'delivered' }] : this.#sendNext(nowNs);
  }

  #sendNext(nowNs: number): LinkEvent[] {
    const next = this.#queue[0];
    if (next === undefined) return [];
    const onTheLineNs =
      (next.bytes.length * BITS_PER_BYTE_8N1 * NS_PER_S) / this.#settings.bitsPerSecond;
    this.#attempts += 1;
    this.#answerDueNs = nowNs + Math.ceil(onTheLineNs) + this.#settings.responseNs;
    return [{ kind: 'send', bytes: next.bytes }];
  }

  #timedOut(nowNs: number): LinkEvent[] {
    return nowNs < this.#answerDueNs ? [] : this.#retry(nowNs);
  }

  #retry(nowNs: number): LinkEvent[] {
    if (this.#attempts <= this.#settings.retries) return this.#sendNext(nowNs);
    const reason = `sent ${this.#attempts} times, ${this.#naks} times answered with NAK`;
    this.#clearQueue();
    return [{ kind: 'gave-up', reason }];
  }

  #clearQueue(): void {
    this.#queue = [];
    this.#attempts = 0;
    this.#naks = 0;
    this.#answerDueNs = Infinity;
  }
}

function send(byte: number): LinkEvent {
  return { kind: 'send', bytes: Uint8Array.of(byte) };
}
