import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Tap } from './tap.ts';

/** A datagram as it was tapped. */
export interface Captured {
  readonly atNs: number;
  readonly index: number;
  readonly direction: Parameters<Tap>[2];
  readonly host: Parameters<Tap>[3];
  readonly bytes: Uint8Array;
}

/** Instant, meter, flags, length; then the bytes. */
const HEADER = 8 + 4 + 1 + 2;
const FLAG = { down: 1, configurationServer: 2 } as const;
const BUFFER = 1 << 18;
const LONGEST = 0xffff;

/** What one shard tapped, in the order of time, in a file of its own until the parts are merged. */
export class CapturePart {
  readonly #file: number;
  readonly #buffer = new Uint8Array(BUFFER);
  readonly #view = new DataView(this.#buffer.buffer);
  #filled = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  readonly tap: Tap = (atNs, index, direction, host, bytes) => {
    const length = Math.min(bytes.length, LONGEST);
    if (this.#filled + HEADER + length > BUFFER) this.#flush();
    const place = this.#filled;
    this.#view.setFloat64(place, atNs, true);
    this.#view.setUint32(place + 8, index, true);
    this.#view.setUint8(
      place + 12,
      (direction === 'down' ? FLAG.down : 0) |
        (host === 'configuration-server' ? FLAG.configurationServer : 0),
    );
    this.#view.setUint16(place + 13, length, true);
    this.#buffer.set(bytes.subarray(0, length), place + HEADER);
    this.#filled = place + HEADER + length;
  };

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeAll(this.#file, this.#buffer.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

/** Writes all of it; one call to the system may write less. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let place = 0; place < bytes.length;) {
    place += writeSync(file, bytes, place, bytes.length - place);
  }
}

/** The datagrams of a part, in its order. A record that a crash cut short is left out. */
export function* readPart(path: string): Generator<Captured> {
  const file = openSync(path, 'r');
  try {
    let pending = new Uint8Array();
    const chunk = new Uint8Array(BUFFER);
    for (;;) {
      const read = readSync(file, chunk, 0, BUFFER, null);
      if (read === 0) return;
      const bytes = new Uint8Array(pending.length + read);
      bytes.set(pending);
      bytes.set(chunk.subarray(0, read), pending.length);
      const rest = yield* recordsIn(bytes);
      pending = bytes.slice(rest);
    }
  } finally {
    closeSync(file);
  }
}

/** The whole records that bytes begin with. @returns where the first that is not whole begins */
function* recordsIn(bytes: Uint8Array): Generator<Captured, number> {
  const view = new DataView(bytes.buffer);
  let place = 0;
  while (place + HEADER <= bytes.length) {
    const end = place + HEADER + view.getUint16(place + 13, true);
    if (end > bytes.length) break;
    const flags = view.getUint8(place + 12);
    yield {
      atNs: view.getFloat64(place, true),
      index: view.getUint32(place + 8, true),
      direction: (flags & FLAG.down) === 0 ? 'up' : 'down',
      host: (flags & FLAG.configurationServer) === 0 ? 'head-end' : 'configuration-server',
      bytes: bytes.subarray(place + HEADER, end),
    };
    place = end;
  }
  return place;
}
