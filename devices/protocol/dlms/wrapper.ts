/**
 * The wrapper that carries DLMS over TCP and UDP (IEC 62056-47): version, source and destination
 * port, length, and one APDU. On TCP the length is all that separates APDUs.
 */
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';

/** Port of DLMS/COSEM on TCP and UDP (IANA). */
export const WRAPPER_PORT = 4059;

/** A wrapper protocol data unit. Wrapper ports are service access points: 16 bits. */
export interface Wpdu {
  readonly source: number;
  readonly destination: number;
  readonly apdu: Uint8Array;
}

const VERSION = 1;
const HEADER_OCTETS = 8;
const LENGTH_MAX = 0xffff;

/** @throws CodecError when a port or the APDU's length does not fit into 16 bits */
export function encodeWpdu({ source, destination, apdu }: Wpdu): Uint8Array {
  return new ByteWriter()
    .unsigned('version', VERSION, 2, 'big-endian')
    .unsigned('source wPort', source, 2, 'big-endian')
    .unsigned('destination wPort', destination, 2, 'big-endian')
    .unsigned('APDU length', apdu.length, 2, 'big-endian')
    .bytes(apdu)
    .finish();
}

/** One unit that fills a datagram. @throws CodecError */
export function decodeWpdu(octets: Uint8Array): Wpdu {
  const reader = new ByteReader(octets);
  const { length, ...ports } = readHeader(reader);
  const apdu = reader.bytes('APDU', length);
  reader.end('WPDU');
  return { ...ports, apdu };
}

interface WpduHeader {
  readonly source: number;
  readonly destination: number;
  readonly length: number;
}

function readHeader(reader: ByteReader): WpduHeader {
  const version = reader.unsigned('version', 2, 'big-endian');
  if (version !== VERSION) throw new CodecError(`WPDU version: 1 wanted, ${version} found`);
  return {
    source: reader.unsigned('source wPort', 2, 'big-endian'),
    destination: reader.unsigned('destination wPort', 2, 'big-endian'),
    length: reader.unsigned('APDU length', 2, 'big-endian'),
  };
}

/** Cuts a byte stream into units. However the stream is cut, the same units come out. */
export class WrapperReceiver {
  readonly #lengthMax: number;
  /** Of the unit that is under way. */
  #header: WpduHeader | null = null;
  /** What came after that header, or the beginning of one. */
  #pending: Uint8Array = new Uint8Array();

  /** @param lengthMax greatest length of an APDU that is waited for */
  constructor(lengthMax = LENGTH_MAX) {
    this.#lengthMax = lengthMax;
  }

  /**
   * Takes bytes that arrived and returns the units that they complete, as copies.
   * @throws CodecError when the stream is out of step or an APDU too long. There is no mark to find
   * the next unit by: nothing that comes after can be believed, so the connection has to be closed
   */
  receive(bytes: Uint8Array): Wpdu[] {
    const stream = new ByteReader(joined(this.#pending, bytes));
    const units: Wpdu[] = [];
    let next = this.#header ?? this.#nextHeader(stream);
    while (next !== null && next.length <= stream.left) {
      const { source, destination, length } = next;
      units.push({ source, destination, apdu: stream.bytes('APDU', length) });
      next = this.#nextHeader(stream);
    }
    this.#header = next;
    this.#pending = stream.rest();
    return units;
  }

  /** Null while the next header is not complete. */
  #nextHeader(stream: ByteReader): WpduHeader | null {
    if (stream.left < HEADER_OCTETS) return null;
    const header = readHeader(stream);
    if (header.length > this.#lengthMax) {
      throw new CodecError(
        `APDU: at most ${this.#lengthMax} octets wanted, ${header.length} announced`,
      );
    }
    return header;
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
