import { CodecError } from '../bytes/codec-error.ts';
import {
  ACK,
  HEADER_LENGTH,
  interpretPacket,
  NAK,
  PACKET_OVERHEAD,
  readRawPacket,
  START_OF_PACKET,
} from './packet.ts';
import type { Packet, RawPacket } from './packet.ts';

export type Received =
  | { readonly kind: 'packet'; readonly packet: Packet; readonly raw: RawPacket }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  /** A packet that cannot be believed; `headerCut` says that not even its header was complete. */
  | {
      readonly kind: 'bad-packet';
      readonly reason: string;
      readonly headerCut: boolean;
      readonly bytes: Uint8Array;
    };

/**
 * Takes packets, ACKs and NAKs out of a stream of bytes, however it is cut. Anything outside of
 * a packet that is neither is ignored (a wake-up 55, line noise). Packets whose length is more
 * than agreed, or whose bytes stop coming, end at the next silence of the inter-character
 * time-out: only then is it certain that the sender is done and will hear a NAK.
 */
export class PacketReceiver {
  /** Greatest packet that the other side may send, overhead included. */
  packetSizeMaximum: number;
  /** Longest pause within a packet. */
  interCharacterNs: number;
  #buffer: number[] = [];
  #discarding = false;
  #lastByteAtNs = 0;

  constructor(packetSizeMaximum: number, interCharacterNs: number) {
    this.packetSizeMaximum = packetSizeMaximum;
    this.interCharacterNs = interCharacterNs;
  }

  /** Bytes that arrived at `nowNs`; tells what became complete, in order. */
  receive(nowNs: number, bytes: Uint8Array): Received[] {
    const received = this.wake(nowNs);
    if (bytes.length > 0) this.#lastByteAtNs = nowNs;
    for (const byte of bytes) {
      const one = this.#take(byte);
      if (one !== undefined) received.push(one);
    }
    return received;
  }

  /** Ends a packet whose bytes stopped coming. */
  wake(nowNs: number): Received[] {
    if (nowNs < this.wakeAtNs()) return [];
    const bytes = Uint8Array.from(this.#buffer);
    const reason = this.#discarding
      ? `length: ${this.#packetLength()} bytes, ${this.packetSizeMaximum} agreed`
      : `inter-character time-out after ${bytes.length} bytes`;
    const headerCut = bytes.length < HEADER_LENGTH;
    this.#clear();
    return [{ kind: 'bad-packet', reason, headerCut, bytes }];
  }

  /** When {@link wake} has something to do; Infinity between packets. */
  wakeAtNs(): number {
    return this.#buffer.length === 0 ? Infinity : this.#lastByteAtNs + this.interCharacterNs;
  }

  #take(byte: number): Received | undefined {
    if (this.#discarding) return undefined;
    if (this.#buffer.length === 0) {
      if (byte === ACK) return { kind: 'ack' };
      if (byte === NAK) return { kind: 'nak' };
      if (byte !== START_OF_PACKET) return undefined;
    }
    this.#buffer.push(byte);
    if (this.#buffer.length < HEADER_LENGTH) return undefined;
    const length = this.#packetLength();
    if (length > this.packetSizeMaximum) this.#discarding = true;
    return this.#buffer.length === length ? this.#complete() : undefined;
  }

  #packetLength(): number {
    const high = this.#buffer[4] ?? 0;
    const low = this.#buffer[5] ?? 0;
    return high * 256 + low + PACKET_OVERHEAD;
  }

  #complete(): Received {
    const bytes = Uint8Array.from(this.#buffer);
    this.#clear();
    try {
      const raw = readRawPacket(bytes);
      return { kind: 'packet', packet: interpretPacket(raw), raw };
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return { kind: 'bad-packet', reason: error.message, headerCut: false, bytes };
    }
  }

  #clear(): void {
    this.#buffer = [];
    this.#discarding = false;
  }
}
