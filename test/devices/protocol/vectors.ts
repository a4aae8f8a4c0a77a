import { readFileSync } from 'node:fs';
import { CodecError } from '../../../devices/protocol/bytes/codec-error.ts';

/** The shared ANSI vectors; `hex` and `data` are bytes as hexadecimal text. */
interface AnsiVectors {
  readonly crc16_x25: { readonly check_ascii_123456789: string };
  readonly psem_checksum: readonly { readonly data: string; readonly checksum: string }[];
  readonly c1218_frames: readonly FrameVector[];
  readonly c1218_negative: readonly {
    readonly name: string;
    readonly hex?: string;
    readonly data?: string;
  }[];
  readonly c1219_tables: readonly TableVector[];
  readonly i210c_access_map: {
    readonly readable: readonly number[];
    readonly isc03: readonly number[];
    readonly dlk08: readonly number[];
  };
}

export interface FrameVector {
  readonly name: string;
  readonly dir: 'client->meter' | 'meter->client';
  readonly hex: string;
  readonly identity: number;
  readonly multi: boolean;
  readonly first: boolean;
  readonly toggle: number;
  readonly seq: number;
  readonly data: string;
}

export interface TableVector {
  readonly table: number;
  readonly hex: string;
  readonly decoded: Readonly<Record<string, unknown>>;
}

export const ANSI = JSON.parse(
  readFileSync(new URL('../../vectors/ansi-c12.json', import.meta.url), 'utf8'),
) as AnsiVectors;

/** The frame with this name. @throws when there is none: a test must not pass without its vector */
export function frameNamed(name: string): FrameVector {
  const frame = ANSI.c1218_frames.find((one) => one.name === name);
  if (frame === undefined) throw new Error(`no frame vector is called '${name}'`);
  return frame;
}

/** The bytes of the table's first vector. */
export function tableHex(table: number): string {
  const found = ANSI.c1219_tables.find((one) => one.table === table);
  if (found === undefined) throw new Error(`no vector for ST${table}`);
  return found.hex;
}

/**
 * What the work gives, or undefined when it is refused with a CodecError.
 * @throws whatever else the work throws: no codec may
 */
export function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
