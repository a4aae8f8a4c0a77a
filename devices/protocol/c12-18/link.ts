/**
 * The data link of C12.18 and C12.21, for both ends: packets out with ACK, NAK, time-out and
 * retries; packets in with duplicates thrown away and messages put together. Pure: it is told
 * the time and says when it next wants to be woken.
 */
import { NS_PER_S } from '../../domain/time.ts';
import type { LinkSettings } from './link-settings.ts';
import { ACK, encodePacket, NAK, packetsOf, PACKET_SIZE_DEFAULT } from './packet.ts';
import type { Packet, RawPacket, UnsentPacket } from './packet.ts';
import { PacketReceiver } from './receiver.ts';
import type { Received } from './receiver.ts';

/** A server sends its last answer again when the request that it answers comes again. */
export type LinkRole = 'client' | 'server';

export type LinkEvent =
  /** Bytes to put on the line now. */
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** A good packet came, new or not: the other side is alive. */
  | { readonly kind: 'heard' }
  /** A whole message from the other side. */
  | { readonly kind: 'message'; readonly data: Uint8Array; readonly dataFormat: number }
  /** Our whole message arrived: an ACK says so, or a new packet of the other side implies it. */
  | { readonly kind: 'delivered'; readonly by: 'ack' | 'packet' }
  /** Our message was given up after the last retry. */
  | { readonly kind: 'gave-up'; readonly reason: string }
  /** Something came that was no good packet; it was answered with NAK unless its header was cut. */
  | { readonly kind: 'bad-packet'; readonly reason: string };

/** A packet that left at least once: repeated, it is the same to the bit. */
interface SentPacket {
  readonly bytes: Uint8Array;
  readonly last: boolean;
}

const IDENTIFY = 0x20;
const BITS_PER_BYTE_8N1 = 10;

export class OpticalLink {
  readonly #role: LinkRole;
  readonly #receiver: PacketReceiver;
  #settings: LinkSettings;
  #packetSize = PACKET_SIZE_DEFAULT;
  #toggle = false;
  #unsent: UnsentPacket[] = [];
  /** The message that was sent last, as far as it left. */
  #sent: SentPacket[] = [];
  /** Index in {@link #sent} of the packet that waits for its ACK; null when none does. */
  #awaited: number | null = null;
  #attempts = 0;
  #naks = 0;
  #answerDueNs = Infinity;
  #lastAccepted: { toggle: boolean; crc: number } | null = null;
  #parts: Packet[] = [];

  constructor(role: LinkRole, settings: LinkSettings) {
    this.#role = role;
    this.#settings = settings;
    this.#receiver = new PacketReceiver(PACKET_SIZE_DEFAULT, settings.interCharacterNs);
  }

  /** Whether a packet of ours still waits for its ACK. */
  get awaitingAck(): boolean {
    return this.#awaited !== null;
  }

  /** Whether a packet of the other side has begun and not ended. */
  get receiving(): boolean {
    return this.#receiver.wakeAtNs() !== Infinity;
  }

  get settings(): LinkSettings {
    return this.#settings;
  }

  /** Other times or another speed from here on; what is under way keeps its time-out. */
  set settings(settings: LinkSettings) {
    this.#settings = settings;
    this.#receiver.interCharacterNs = settings.interCharacterNs;
  }

  /** Greatest packet that either side sends, overhead included; packets on their way keep theirs. */
  set packetSize(bytes: number) {
    this.#packetSize = bytes;
    this.#receiver.packetSizeMaximum = bytes;
  }

  /**
   * Already takes packets of the size that an answer under way grants: the ACK of that answer may
   * get lost, and the next packet may have the new size.
   */
  expectPacketSize(bytes: number): void {
    this.#receiver.packetSizeMaximum = Math.max(bytes, this.#receiver.packetSizeMaximum);
  }

  /**
   * Starts to send a message; one that still waits for its ACK is dropped.
   * @throws CodecError when it takes more packets than can be numbered
   */
  send(nowNs: number, message: Uint8Array): LinkEvent[] {
    const packets = packetsOf(message, this.#packetSize);
    this.#forgetSent();
    this.#unsent = packets;
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
    this.#lastAccepted = null;
    this.#parts = [];
    this.#forgetSent();
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
        const [, identity] = received.bytes;
        return received.headerCut || !this.#isOurs(identity) ? [told] : [told, send(NAK)];
      }
      case 'packet':
        return this.#isOurs(received.packet.identity)
          ? this.#acceptPacket(nowNs, received.packet, received.raw)
          : [];
    }
  }

  #isOurs(identity: number | undefined): boolean {
    const { deviceNumber } = this.#settings;
    return deviceNumber === null || identity === deviceNumber;
  }

  #acceptPacket(nowNs: number, packet: Packet, raw: RawPacket): LinkEvent[] {
    const events: LinkEvent[] = [send(ACK), { kind: 'heard' }];
    if (this.#isDuplicate(packet, raw)) return [...events, ...this.#answerAgain(nowNs)];
    this.#lastAccepted = { toggle: packet.toggle, crc: raw.crc };
    if (this.awaitingAck) events.push({ kind: 'delivered', by: 'packet' });
    this.#forgetSent();
    return [...events, ...this.#assemble(packet)];
  }

  #assemble(packet: Packet): LinkEvent[] {
    if (!packet.multiPacket || packet.first) this.#parts = [];
    const previous = this.#parts.at(-1);
    if (packet.multiPacket && !packet.first && previous?.sequence !== packet.sequence + 1) {
      this.#parts = [];
      const reason = `sequence number ${packet.sequence} after ${previous?.sequence ?? 'no first packet'}`;
      return [{ kind: 'bad-packet', reason }];
    }
    this.#parts.push(packet);
    if (packet.sequence > 0) return [];
    const data = Uint8Array.from(this.#parts.flatMap((part) => [...part.data]));
    this.#parts = [];
    return [{ kind: 'message', data, dataFormat: packet.dataFormat }];
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

  /**
   * Who sends its request again did not get our answer, even where it acknowledged it: Elster's
   * client acknowledges and forgets an answer that comes where it waits for an ACK.
   */
  #answerAgain(nowNs: number): LinkEvent[] {
    if (this.#role === 'client' || this.#sent.length === 0) return [];
    if (this.#awaited === null) {
      this.#attempts = 0;
      this.#naks = 0;
      this.#awaited = 0;
    }
    return this.#sendAwaited(nowNs);
  }

  #acknowledged(nowNs: number): LinkEvent[] {
    const packet = this.#sent[this.#awaited ?? -1];
    if (this.#awaited === null || packet === undefined) return [];
    this.#attempts = 0;
    this.#naks = 0;
    this.#answerDueNs = Infinity;
    this.#awaited += 1;
    if (!packet.last) return this.#sendNext(nowNs);
    this.#awaited = null;
    return [{ kind: 'delivered', by: 'ack' }];
  }

  /** The packet after the one that was acknowledged: a new one, or again one of a repeated answer. */
  #sendNext(nowNs: number): LinkEvent[] {
    this.#awaited ??= 0;
    const next = this.#unsent[0];
    if (this.#awaited === this.#sent.length && next !== undefined) {
      this.#unsent.shift();
      const identity = this.#settings.deviceNumber ?? 0;
      const bytes = encodePacket({ ...next, identity, toggle: this.#toggle });
      this.#sent.push({ bytes, last: next.sequence === 0 });
      this.#toggle = !this.#toggle;
    }
    return this.#sendAwaited(nowNs);
  }

  #sendAwaited(nowNs: number): LinkEvent[] {
    const packet = this.#sent[this.#awaited ?? -1];
    if (packet === undefined) return [];
    const onTheLineNs =
      (packet.bytes.length * BITS_PER_BYTE_8N1 * NS_PER_S) / this.#settings.bitsPerSecond;
    this.#attempts += 1;
    this.#answerDueNs = nowNs + Math.ceil(onTheLineNs) + this.#settings.responseNs;
    return [{ kind: 'send', bytes: packet.bytes }];
  }

  #timedOut(nowNs: number): LinkEvent[] {
    return nowNs < this.#answerDueNs ? [] : this.#retry(nowNs);
  }

  #retry(nowNs: number): LinkEvent[] {
    if (this.#attempts <= this.#settings.retries) return this.#sendAwaited(nowNs);
    const reason = `sent ${this.#attempts} times, ${this.#naks} times answered with NAK`;
    this.#forgetSent();
    return [{ kind: 'gave-up', reason }];
  }

  #forgetSent(): void {
    this.#unsent = [];
    this.#sent = [];
    this.#awaited = null;
    this.#attempts = 0;
    this.#naks = 0;
    this.#answerDueNs = Infinity;
  }
}

function send(byte: number): LinkEvent {
  return { kind: 'send', bytes: Uint8Array.of(byte) };
}
