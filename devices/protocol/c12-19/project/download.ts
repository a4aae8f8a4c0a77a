/**
 * Project-defined: not public. The profile "meterbench-download": how a program (.pro) or a firmware
 * image reaches a meter. C12.19 has no table for it, and makers differ; the steps are those of
 * NISTIR 7823 (start, transfer that can be resumed, integrity check, activation, report). An image is
 * sent in numbered blocks to one manufacturer table, four manufacturer procedures steer it, and a
 * second table tells how far it is. Bytes: docs/profile-messages.md.
 */
import { CodecError } from '../../bytes/codec-error.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { decodeRecord, encodeRecord } from '../codec.ts';
import { formatsFor } from '../formats.ts';
import { numberAt, octets, record, rest, text, textAt, u16, u32, u8 } from '../layout.ts';
import type { Layout, TableContext, TableValue } from '../layout.ts';

/** Numbers of the manufacturer procedures (ST7 with bit 11). */
export const DOWNLOAD_PROCEDURES = { start: 16, verify: 17, activate: 18, cancel: 19 } as const;

/** Wire ids of the manufacturer tables MT 40 and MT 41. */
export const DOWNLOAD_TABLES = { imageData: 0x0800 + 40, imageStatus: 0x0800 + 41 } as const;

export const IMAGE_KINDS = ['firmware', 'program'] as const;
export type ImageKind = (typeof IMAGE_KINDS)[number];

export const DOWNLOAD_STATES = [
  'idle',
  'receiving',
  'received',
  'verified',
  'activated',
  'failed',
] as const;
export type DownloadState = (typeof DOWNLOAD_STATES)[number];

export const DOWNLOAD_RESULTS = [
  'none',
  'done',
  'wrong-hash',
  'incomplete',
  'refused',
  'cancelled',
  'interrupted',
] as const;
export type DownloadResult = (typeof DOWNLOAD_RESULTS)[number];

/** Parameters of procedure `start`; verify, activate and cancel have none. */
export interface DownloadStart {
  readonly kind: ImageKind;
  /** At most 16 characters of Latin-1. */
  readonly version: string;
  readonly totalLength: number;
  /** Bytes of each block; the last may be shorter. */
  readonly blockSize: number;
  /** Of the whole image, as hexadecimal text of 32 bytes. */
  readonly sha256: string;
}

/** MT 40, written whole once a block. */
export interface ImageBlock {
  /** From 0. */
  readonly block: number;
  readonly data: Uint8Array;
}

/** MT 41. */
export interface ImageStatus extends DownloadStart {
  readonly state: DownloadState;
  /** Where to go on; the number of blocks when none is missing. */
  readonly firstMissingBlock: number;
  readonly lastResult: DownloadResult;
}

const imageLayouts = {
  KIND: u8,
  VERSION: text(16, '\0'),
  TOTAL_LENGTH: u32,
  BLOCK_SIZE: u16,
  SHA_256: octets(32),
};
const startParameters = record(imageLayouts);
const startResponse = record({ FIRST_MISSING_BLOCK: u16 });
const imageData = record({ BLOCK: u16, DATA: rest });
const imageStatus = record({
  STATE: u8,
  ...imageLayouts,
  FIRST_MISSING_BLOCK: u16,
  LAST_RESULT: u8,
});

/** Layouts of the two tables by wire id, for index reads. */
export const DOWNLOAD_LAYOUTS: Readonly<Record<number, Layout>> = {
  [DOWNLOAD_TABLES.imageData]: imageData,
  [DOWNLOAD_TABLES.imageStatus]: imageStatus,
};

/** How many blocks an image has. @throws CodecError when a block would hold nothing */
export function blockCount(image: Pick<DownloadStart, 'totalLength' | 'blockSize'>): number {
  if (image.blockSize === 0) throw new CodecError('BLOCK_SIZE: 0 bytes a block');
  return Math.ceil(image.totalLength / image.blockSize);
}

/** @throws CodecError when a value does not fit, or ST0 is not in the context */
export function encodeDownloadStart(start: DownloadStart, context: TableContext): Uint8Array {
  return encoded(startParameters, imageFields(start), context);
}
/** @throws CodecError */
export function decodeDownloadStart(bytes: Uint8Array, context: TableContext): DownloadStart {
  return imageOf(decoded(startParameters, bytes, context));
}

/** The answer to `start`: the same image goes on where it stopped. @throws CodecError */
export function encodeDownloadStartResponse(
  response: { readonly firstMissingBlock: number },
  context: TableContext,
): Uint8Array {
  return encoded(startResponse, { FIRST_MISSING_BLOCK: response.firstMissingBlock }, context);
}
/** @throws CodecError */
export function decodeDownloadStartResponse(
  bytes: Uint8Array,
  context: TableContext,
): { readonly firstMissingBlock: number } {
  const value = decoded(startResponse, bytes, context);
  return { firstMissingBlock: numberAt(value, 'FIRST_MISSING_BLOCK') };
}

/** @throws CodecError */
export function encodeImageBlock(block: ImageBlock, context: TableContext): Uint8Array {
  return encoded(imageData, { BLOCK: block.block, DATA: toHex(block.data) }, context);
}
/** @throws CodecError */
export function decodeImageBlock(bytes: Uint8Array, context: TableContext): ImageBlock {
  const value = decoded(imageData, bytes, context);
  return { block: numberAt(value, 'BLOCK'), data: fromHex(textAt(value, 'DATA')) };
}

/** @throws CodecError */
export function encodeImageStatus(status: ImageStatus, context: TableContext): Uint8Array {
  const fields = {
    ...imageFields(status),
    STATE: DOWNLOAD_STATES.indexOf(status.state),
    FIRST_MISSING_BLOCK: status.firstMissingBlock,
    LAST_RESULT: DOWNLOAD_RESULTS.indexOf(status.lastResult),
  };
  return encoded(imageStatus, fields, context);
}
/** @throws CodecError */
export function decodeImageStatus(bytes: Uint8Array, context: TableContext): ImageStatus {
  const value = decoded(imageStatus, bytes, context);
  return {
    state: named(DOWNLOAD_STATES, value, 'STATE'),
    ...imageOf(value),
    firstMissingBlock: numberAt(value, 'FIRST_MISSING_BLOCK'),
    lastResult: named(DOWNLOAD_RESULTS, value, 'LAST_RESULT'),
  };
}

function imageFields(start: DownloadStart): Readonly<Record<string, unknown>> {
  return {
    KIND: IMAGE_KINDS.indexOf(start.kind),
    VERSION: start.version,
    TOTAL_LENGTH: start.totalLength,
    BLOCK_SIZE: start.blockSize,
    SHA_256: start.sha256,
  };
}

function imageOf(value: TableValue): DownloadStart {
  return {
    kind: named(IMAGE_KINDS, value, 'KIND'),
    version: textAt(value, 'VERSION'),
    totalLength: numberAt(value, 'TOTAL_LENGTH'),
    blockSize: numberAt(value, 'BLOCK_SIZE'),
    sha256: textAt(value, 'SHA_256'),
  };
}

function named<T extends string>(names: readonly T[], value: TableValue, field: string): T {
  const code = numberAt(value, field);
  const name = names[code];
  if (name === undefined) throw new CodecError(`${field}: code ${code} is unknown`);
  return name;
}

/** Byte order is that of ST0, as in every table. */
function encoded(
  layout: Layout,
  value: Readonly<Record<string, unknown>>,
  context: TableContext,
): Uint8Array {
  return encodeRecord(layout, value, context, formatsFor(DOWNLOAD_TABLES.imageData, context));
}
function decoded(layout: Layout, bytes: Uint8Array, context: TableContext): TableValue {
  return decodeRecord(layout, bytes, context, formatsFor(DOWNLOAD_TABLES.imageData, context));
}
