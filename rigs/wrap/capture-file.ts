import { closeSync, openSync } from 'node:fs';
import type { LanguageName } from '../../devices/domain/language.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { type Captured, readPart, writeAll } from './capture-part.ts';
import { type IpVersion, ipDatagram } from './ip-datagram.ts';
import { enhancedPacket, interfaceDescription, sectionHeader } from './pcapng.ts';

export interface CaptureFileOptions {
  readonly path: string;
  /** UTC at which the run's clock was zero. */
  readonly startUtcMs: number;
  /** What the datagrams are in: analysers know it by its port. */
  readonly language: LanguageName;
  /** Of the headers that are made up round the datagrams. */
  readonly ipVersion?: IpVersion;
}

/** C12.22 by RFC 6142, the wrapper of DLMS and MQTT by IANA. */
const PORTS: Readonly<Record<LanguageName, number>> = { 'c12-22': 1153, dlms: 4059, mqtt: 1883 };

/** Meters on one interface: as many as there are key ids, so that on it a key id names one key. */
const METERS_AN_INTERFACE = 256;
const FLUSH_AT_BYTES = 1 << 18;

/** A capture that analysers open: pcapng, an interface for each 256 meters. */
export class CaptureFile {
  readonly #options: CaptureFileOptions;

  constructor(options: CaptureFileOptions) {
    this.#options = options;
  }

  /** The name of the interface on which a meter's datagrams stand. */
  static interfaceOf(index: number): string {
    const first = Math.floor(index / METERS_AN_INTERFACE) * METERS_AN_INTERFACE;
    return `meters ${first}-${first + METERS_AN_INTERFACE - 1}`;
  }

  /** Writes the parts of all shards into one file, by time. @returns how many datagrams */
  merge(parts: readonly string[]): number {
    const { path } = this.#options;
    const blocks = interfacesIn(parts);
    const file = openSync(path, 'w');
    try {
      writeAll(file, sectionHeader('meterbench'));
      for (const block of blocks) {
        const name = CaptureFile.interfaceOf(block * METERS_AN_INTERFACE);
        writeAll(file, interfaceDescription(name));
      }
      const places = new Map(blocks.map((block, place) => [block, place]));
      return this.#writePackets(file, byTime(parts), places);
    } finally {
      closeSync(file);
    }
  }

  #writePackets(
    file: number,
    datagrams: Iterable<Captured>,
    places: ReadonlyMap<number, number>,
  ): number {
    let written = 0;
    let pending: Uint8Array[] = [];
    let pendingBytes = 0;
    const flush = (): void => {
      writeAll(file, Buffer.concat(pending));
      pending = [];
      pendingBytes = 0;
    };
    for (const datagram of datagrams) {
      const packet = this.#packet(datagram, places.get(blockOf(datagram.index)) ?? 0);
      pending.push(packet);
      pendingBytes += packet.length;
      written++;
      if (pendingBytes >= FLUSH_AT_BYTES) flush();
    }
    flush();
    return written;
  }

  #packet({ atNs, index, direction, host, bytes }: Captured, place: number): Uint8Array {
    const { startUtcMs, language, ipVersion = 4 } = this.#options;
    const utcNs = BigInt(startUtcMs) * BigInt(NS_PER_MS) + BigInt(Math.round(atNs));
    const port = PORTS[language];
    const packet = ipDatagram({ version: ipVersion, port, index, direction, host }, bytes);
    return enhancedPacket(place, utcNs, packet);
  }
}

function blockOf(index: number): number {
  return Math.floor(index / METERS_AN_INTERFACE);
}

/** Interfaces are described before the first packet, so the parts are read twice. */
function interfacesIn(parts: readonly string[]): number[] {
  const blocks = new Set<number>();
  for (const part of parts) {
    for (const { index } of readPart(part)) blocks.add(blockOf(index));
  }
  return [...blocks].toSorted((one, other) => one - other);
}

/** The datagrams of all parts by (time, meter), those of one part in its own order. */
function* byTime(parts: readonly string[]): Generator<Captured> {
  const readers = parts.map((part) => readPart(part));
  try {
    const heads = readers.map((reader) => reader.next());
    for (;;) {
      let earliest = -1;
      let best: Captured | null = null;
      for (const [place, head] of heads.entries()) {
        if (head.done === true || (best !== null && !isBefore(head.value, best))) continue;
        earliest = place;
        best = head.value;
      }
      const reader = readers[earliest];
      if (best === null || reader === undefined) return;
      yield best;
      heads[earliest] = reader.next();
    }
  } finally {
    for (const reader of readers) reader.return(undefined);
  }
}

function isBefore(one: Captured, other: Captured): boolean {
  return one.atNs === other.atNs ? one.index < other.index : one.atNs < other.atNs;
}
