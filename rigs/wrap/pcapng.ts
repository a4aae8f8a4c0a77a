/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng): a section header, an interface description
 * for each interface, an enhanced packet for each packet. Little-endian, timestamps in ns.
 */

const BLOCK = { section: 0x0a0d0d0a, interface: 1, enhancedPacket: 6 } as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const LENGTH_UNKNOWN = 0xffff_ffff;
/** LINKTYPE_RAW: a packet begins with its IPv4 or IPv6 header. */
const RAW_IP = 101;
const NO_SNAP_LENGTH = 0;
const OPTION = { end: 0, interfaceName: 2, timestampResolution: 9, userApplication: 4 } as const;
/** 10 to the minus ninth of a second. */
const NANOSECONDS = 9;
/** Type and length in front, length again behind. */
const BLOCK_FRAME = 12;

/** Opens the only section of a file. */
export function sectionHeader(application: string): Uint8Array {
  const fixed = new Uint8Array(16);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  view.setUint32(8, LENGTH_UNKNOWN, true);
  view.setUint32(12, LENGTH_UNKNOWN, true);
  const name = new TextEncoder().encode(application);
  return block(BLOCK.section, [fixed, option(OPTION.userApplication, name), END_OF_OPTIONS]);
}

/** Describes the next interface; packets name it by its place among all, from 0. */
export function interfaceDescription(name: string): Uint8Array {
  const fixed = new Uint8Array(8);
  const view = new DataView(fixed.buffer);
  view.setUint16(0, RAW_IP, true);
  view.setUint32(4, NO_SNAP_LENGTH, true);
  return block(BLOCK.interface, [
    fixed,
    option(OPTION.interfaceName, new TextEncoder().encode(name)),
    option(OPTION.timestampResolution, Uint8Array.of(NANOSECONDS)),
    END_OF_OPTIONS,
  ]);
}

/** A packet on an interface. @param utcNs ns since 1970 */
export function enhancedPacket(
  interfaceNumber: number,
  utcNs: bigint,
  packet: Uint8Array,
): Uint8Array {
  const fixed = new Uint8Array(20);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, interfaceNumber, true);
  view.setUint32(4, Number(utcNs >> 32n), true);
  view.setUint32(8, Number(utcNs & 0xffff_ffffn), true);
  view.setUint32(12, packet.length, true);
  view.setUint32(16, packet.length, true);
  return block(BLOCK.enhancedPacket, [fixed, packet]);
}

const END_OF_OPTIONS = option(OPTION.end, new Uint8Array());

function option(code: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + padded(value.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  bytes.set(value, 4);
  return bytes;
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const body = parts.reduce((length, part) => length + padded(part.length), 0);
  const bytes = new Uint8Array(BLOCK_FRAME + body);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  let place = 8;
  for (const part of parts) {
    bytes.set(part, place);
    place += padded(part.length);
  }
  view.setUint32(place, bytes.length, true);
  return bytes;
}

/** Everything in a block is filled up to 32 bits. */
function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
