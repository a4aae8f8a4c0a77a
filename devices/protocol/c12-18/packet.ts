/**
 * C12.18 packets: `EE identity ctrl seq_nbr length:u16 data crc`, read in two steps. The first
 * takes the bytes apart as they are (kept, logged); the second says what they mean and may refuse.
 */
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { crc16X25 } from '../bytes/crc16.ts';

export const START_OF_PACKET = 0xee;
export const ACK = 0x06;
export const NAK = 0x15;
/** Bytes before the data. */
export const HEADER_LENGTH = 6;
/** Header and CRC; the negotiated packet size counts them. */
export const PACKET_OVERHEAD = 8;
export const PACKET_SIZE_MAXIMUM = 8192;
/** Until Negotiate: 64 bytes a packet, one packet a message. */
export const PACKET_SIZE_DEFAULT = 64;

/** A packet as its bytes say, unjudged. */
export interface RawPacket {
  readonly bytes: Uint8Array;
  readonly identity: number;
  readonly control: number;
  readonly sequence: number;
  readonly data: Uint8Array;
  readonly crc: number;
}

/** A packet that may be believed. */
export interface Packet {
  /** 0 on C12.18; the device number on a C12.21 line of several devices. */
  readonly identity: number;
  /** Part of a message of several packets. */
  readonly multiPacket: boolean;
  /** First packet of such a message. */
  readonly first: boolean;
  /** Flips with each new packet of one side and stays on a retransmission. */
  readonly toggle: boolean;
  /** 0 = C12.18 or C12.21, 1 = C12.22 on a local port. */
  readonly dataFormat: number;
  /** Packets of the same message still to come. */
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** First step: takes the bytes of one packet apart. @throws CodecError */
export function readRawPacket(bytes: Uint8Array): RawPacket {
  const reader = new ByteReader(bytes);
  if (reader.octet('start of packet') !== START_OF_PACKET) {
    throw new CodecError('start of packet: EE is missing');
  }
  const identity = reader.octet('identity');
  const control = reader.octet('control');
  const sequence = reader.octet('sequence number');
  const data = reader.bytes('data', reader.unsigned('length', 2, 'big-endian'));
  const crc = reader.unsigned('crc', 2, 'little-endian');
  reader.end('packet');
  return { bytes, identity, control, sequence, data, crc };
}

/**
 * Second step: what the packet means. Reserved control bits are not looked at.
 * @throws CodecError when the CRC or the combination of control bits and number is wrong
 */
export function interpretPacket(raw: RawPacket): Packet {
  const computed = crc16X25(raw.bytes.subarray(0, raw.bytes.length - 2));
  if (raw.crc !== computed) {
    throw new CodecError(`crc: ${hex16(raw.crc)} sent, ${hex16(computed)} computed`);
  }
  const multiPacket = (raw.control & 0x80) !== 0;
  const first = (raw.control & 0x40) !== 0;
  if (!multiPacket && (first || raw.sequence !== 0)) {
    throw new CodecError(`control ${raw.control}, sequence ${raw.sequence}: not multi-packet`);
  }
  return {
    identity: raw.identity,
    multiPacket,
    first,
    toggle: (raw.control & 0x20) !== 0,
    dataFormat: raw.control & 0x03,
    sequence: raw.sequence,
    data: raw.data,
  };
}

/** Both steps at once. @throws CodecError */
export function decodePacket(bytes: Uint8Array): Packet {
  return interpretPacket(readRawPacket(bytes));
}

/** The bytes of a packet with its CRC, low byte first. @throws CodecError */
export function encodePacket(packet: Packet): Uint8Array {
  if (packet.data.length > PACKET_SIZE_MAXIMUM - PACKET_OVERHEAD) {
    throw new CodecError(`data: ${packet.data.length} bytes are more than a packet can hold`);
  }
  const control =
    (packet.multiPacket ? 0x80 : 0) |
    (packet.first ? 0x40 : 0) |
    (packet.toggle ? 0x20 : 0) |
    packet.dataFormat;
  const writer = new ByteWriter()
    .octet('start of packet', START_OF_PACKET)
    .octet('identity', packet.identity)
    .octet('control', control)
    .octet('sequence number', packet.sequence)
    .unsigned('length', packet.data.length, 2, 'big-endian')
    .bytes(packet.data);
  return writer.unsigned('crc', crc16X25(writer.finish()), 2, 'little-endian').finish();
}

/** How many packets a message of `length` bytes takes at this packet size. */
export function packetsNeeded(length: number, packetSize: number): number {
  return Math.max(1, Math.ceil(length / (packetSize - PACKET_OVERHEAD)));
}

/** A packet that has not left yet: whose it is and which toggle it carries is told as it leaves. */
export type UnsentPacket = Omit<Packet, 'identity' | 'toggle'>;

/**
 * Cuts a message into packets.
 * @throws CodecError when it takes more than 256 packets (the number field is one byte)
 */
export function packetsOf(message: Uint8Array, packetSize: number): UnsentPacket[] {
  const count = packetsNeeded(message.length, packetSize);
  if (count > 256) throw new CodecError(`message: ${count} packets, 256 is the most`);
  const capacity = packetSize - PACKET_OVERHEAD;
  return Array.from({ length: count }, (_, index) => ({
    multiPacket: count > 1,
    first: count > 1 && index === 0,
    dataFormat: 0,
    sequence: count - 1 - index,
    data: message.slice(index * capacity, (index + 1) * capacity),
  }));
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, '0');
}
