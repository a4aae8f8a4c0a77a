/**
 * Addresses of HDLC (IEC 62056-46, 6.4.2): seven bits an octet, the lowest bit of an octet is set
 * in the last one. A client has one octet, its SAP; a server one (its logical device), two or four
 * (logical device, then physical device).
 */
import type { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/codec-error.ts';

export interface HdlcAddress {
  /** The client's SAP, or the server's logical device. */
  readonly upper: number;
  /** The physical device of a server; null in an address of one octet, which has none. */
  readonly lower: number | null;
  /** How many octets it takes; a server is answered in the form in which it was called. */
  readonly octets: 1 | 2 | 4;
}

/** Nobody takes what is sent to this address (upper or lower part). */
export const NO_STATION = 0x00;
/** All stations, in each part of an address of one or two octets; of four octets it is 3FFF. */
export const ALL_STATION = 0x7f;
const ALL_STATION_LONG = 0x3fff;

const PART_BITS = 7;
const SHORT_MOST = 0x7f;
const LONG_MOST = 0x3fff;

/** The address of a client. */
export function clientAddress(sap: number): HdlcAddress {
  return { upper: sap, lower: null, octets: 1 };
}

/**
 * The address of a server, as short as its numbers allow.
 * @param physicalDevice null where one device is alone on the line, and has no number
 */
export function serverAddress(logicalDevice: number, physicalDevice: number | null): HdlcAddress {
  const isShort = Math.max(logicalDevice, physicalDevice ?? 0) <= SHORT_MOST;
  if (physicalDevice === null && isShort) return clientAddress(logicalDevice);
  return { upper: logicalDevice, lower: physicalDevice ?? 0, octets: isShort ? 2 : 4 };
}

/** Whether a part of an address means every station. */
export function isAllStation(part: number, octets: HdlcAddress['octets']): boolean {
  return part === (octets === 4 ? ALL_STATION_LONG : ALL_STATION);
}

/** @throws CodecError when a part does not fit */
export function encodeAddress(field: string, { upper, lower, octets }: HdlcAddress): number[] {
  const most = octets === 4 ? LONG_MOST : SHORT_MOST;
  const parts = octets === 1 ? [upper] : [upper, lower ?? 0];
  for (const part of parts) {
    if (!Number.isInteger(part) || part < 0 || part > most) {
      throw new CodecError(`${field}: ${part} does not fit into an address of ${octets} octets`);
    }
  }
  const sevens = parts.flatMap((part) =>
    octets === 4 ? [part >> PART_BITS, part & SHORT_MOST] : [part],
  );
  return sevens.map((seven, at) => (seven << 1) | (at === sevens.length - 1 ? 1 : 0));
}

/** @throws CodecError when no octet ends it in time, or it ends after the third */
export function readAddress(field: string, reader: ByteReader): HdlcAddress {
  const sevens: number[] = [];
  for (let isLast = false; !isLast;) {
    const octet = reader.octet(field);
    sevens.push(octet >> 1);
    isLast = (octet & 1) === 1;
    if (!isLast && sevens.length === 4) throw new CodecError(`${field}: more than 4 octets`);
  }
  const [first = 0, second = 0, third = 0, fourth = 0] = sevens;
  if (sevens.length === 1) return { upper: first, lower: null, octets: 1 };
  if (sevens.length === 2) return { upper: first, lower: second, octets: 2 };
  if (sevens.length === 3) throw new CodecError(`${field}: an address has 1, 2 or 4 octets, not 3`);
  const upper = (first << PART_BITS) | second;
  const lower = (third << PART_BITS) | fourth;
  return { upper, lower, octets: 4 };
}

/** "16" or "1/17", as people write them. */
export function addressText({ upper, lower }: HdlcAddress): string {
  return lower === null ? `${upper}` : `${upper}/${lower}`;
}
