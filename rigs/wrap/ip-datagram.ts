/**
 * The IP and UDP headers that a capture needs round datagrams that had none, or others: each
 * meter and each server gets an address of its own, so that a capture reads like the field.
 */

const UDP = 17;
const UDP_HEADER = 8;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const HOP_LIMIT = 64;
const DO_NOT_FRAGMENT = 0x4000;

export type IpVersion = 4 | 6;

/** Servers stand in the address ranges for documentation (RFC 5737, RFC 3849). */
const SERVER_NUMBER = { 'head-end': 1, 'configuration-server': 2 } as const;

/** Whose datagram it is, and which way it goes. */
export interface IpWay {
  readonly version: IpVersion;
  /** Of both ends. */
  readonly port: number;
  readonly index: number;
  readonly direction: 'up' | 'down';
  readonly host: keyof typeof SERVER_NUMBER;
}

/** An IP packet with one UDP datagram between a meter and a server. */
export function ipDatagram(
  { version, port, index, direction, host }: IpWay,
  payload: Uint8Array,
): Uint8Array {
  const meter = meterAddress(version, index);
  const server = serverAddress(version, host);
  const [from, to] = direction === 'up' ? [meter, server] : [server, meter];
  const header = version === 4 ? IPV4_HEADER : IPV6_HEADER;
  const udpLength = UDP_HEADER + payload.length;
  const packet = new Uint8Array(header + udpLength);
  const view = new DataView(packet.buffer);
  if (version === 4) {
    view.setUint16(0, 0x4500);
    view.setUint16(2, packet.length);
    view.setUint16(6, DO_NOT_FRAGMENT);
    view.setUint8(8, HOP_LIMIT);
    view.setUint8(9, UDP);
    packet.set(from, 12);
    packet.set(to, 16);
    view.setUint16(10, checksum(sumOf(packet.subarray(0, IPV4_HEADER))));
  } else {
    view.setUint8(0, 0x60);
    view.setUint16(4, udpLength);
    view.setUint8(6, UDP);
    view.setUint8(7, HOP_LIMIT);
    packet.set(from, 8);
    packet.set(to, 24);
  }
  view.setUint16(header, port);
  view.setUint16(header + 2, port);
  view.setUint16(header + 4, udpLength);
  packet.set(payload, header + UDP_HEADER);
  const pseudoHeader = sumOf(from) + sumOf(to) + UDP + udpLength;
  // RFC 768: a sum of zero is sent as all ones, because zero says that there is none.
  const udpChecksum = checksum(pseudoHeader + sumOf(packet.subarray(header))) || 0xffff;
  view.setUint16(header + 6, udpChecksum);
  return packet;
}

/** 10.0.0.1 on, or fd00::1 on: private addresses, as carriers give them out. */
function meterAddress(version: IpVersion, index: number): Uint8Array {
  const address = new Uint8Array(version === 4 ? 4 : 16);
  const view = new DataView(address.buffer);
  if (version === 4) view.setUint32(0, 0x0a00_0000 + index + 1);
  else {
    view.setUint8(0, 0xfd);
    view.setUint32(12, index + 1);
  }
  return address;
}

function serverAddress(version: IpVersion, host: keyof typeof SERVER_NUMBER): Uint8Array {
  const number = SERVER_NUMBER[host];
  if (version === 4) return Uint8Array.of(192, 0, 2, number);
  const address = new Uint8Array(16);
  address.set([0x20, 0x01, 0x0d, 0xb8]);
  address[15] = number;
  return address;
}

/** Sum of 16-bit words, big-endian, the last one filled up with zero (RFC 1071). */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let place = 0; place < bytes.length; place += 2) {
    sum += ((bytes[place] ?? 0) << 8) | (bytes[place + 1] ?? 0);
  }
  return sum;
}

function checksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x1_0000);
  return ~folded & 0xffff;
}
