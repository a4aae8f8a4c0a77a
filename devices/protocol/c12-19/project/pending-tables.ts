/**
 * Project-defined: not public. Pending tables: a table that is written now and counts later. It
 * rests on what is known of ST4 (the digest of C12.19: time of the last activation, number of
 * pending activations, entries of selector, five bytes and table), on the names of procedures 12 to
 * 15 and of events 28 and 29; the sets of tables that can be pending, the codes of the selector,
 * bit 12 of the table number and the head of the write are how the standard is remembered.
 * Bytes: docs/profile-messages.md.
 */
import { ByteReader } from '../../bytes/byte-reader.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { decodeRecord, encodeRecord } from '../codec.ts';
import { formatsFor } from '../formats.ts';
import { array, bits, numberOf, octets, record, set, stime, u8 } from '../layout.ts';
import type { TableContext } from '../layout.ts';
import { readDate, writeDate } from '../times.ts';

const STORAGE_BYTES = 5;
const TABLE_NUMBER_BITS = 0x07ff;
const MANUFACTURER_FLAG = 0x0800;
const PENDING_FLAG = 0x1000;

/** EVENT_CODE of an activation. */
const PENDING_EVENT_CODES = {
  'absolute-time': 0,
  'relative-time': 1,
  'manufacturer-event': 2,
} as const;

/** EVENT_RCD: what makes a pending table active. */
export const pendingEvent = record({
  EVENT_SELECTOR: bits(1, { EVENT_CODE: [0, 3], SELF_READ_FLAG: 4, DEMAND_RESET_FLAG: 5 }),
  EVENT_STORAGE: octets(STORAGE_BYTES),
});

/** ST4. Entries beyond NBR_PENDING_ACTIVATION stand there, but mean nothing. */
export const pendingStatus = record({
  STANDARD_PENDING: set((scope) => numberOf(scope, 0, 'DIM_STD_TBLS_USED')),
  MANUFACTURE_PENDING: set((scope) => numberOf(scope, 0, 'DIM_MFG_TBLS_USED')),
  LAST_ACTIVATION_DATE_TIME: stime,
  NBR_PENDING_ACTIVATION: u8,
  PENDING_TABLES: array(
    (scope) => numberOf(scope, 0, 'NBR_PENDING'),
    record({
      EVENT: pendingEvent,
      TABLE_SELECTOR: bits(2, { TBL_NBR: [0, 10], MFG_FLAG: 11, PENDING_FLAG: 12 }),
    }),
  ),
});

/** EVENT_RCD as decoded; `EVENT_STORAGE` is hexadecimal text of five bytes. */
export interface PendingEvent {
  readonly EVENT_SELECTOR: {
    readonly EVENT_CODE: number;
    readonly SELF_READ_FLAG?: boolean;
    readonly DEMAND_RESET_FLAG?: boolean;
  };
  readonly EVENT_STORAGE: string;
}

/** A table number on the wire, taken apart. */
export interface TableId {
  readonly table: number;
  readonly manufacturer: boolean;
  readonly pending: boolean;
}

/** @throws CodecError when bits above the pending flag are set */
export function tableIdOf(wireId: number): TableId {
  if (wireId >= 2 * PENDING_FLAG) throw new CodecError(`table id ${wireId} has unknown flags`);
  return {
    table: wireId & TABLE_NUMBER_BITS,
    manufacturer: (wireId & MANUFACTURER_FLAG) !== 0,
    pending: (wireId & PENDING_FLAG) !== 0,
  };
}

/** The wire id under which a table is written or read as pending. */
export function pendingTableId(wireId: number): number {
  return wireId | PENDING_FLAG;
}

/** An activation at an instant of the meter's clock (UTC ms); null waits for procedure 12 or 13. */
export function activationAt(atMs: number | null, context: TableContext): PendingEvent {
  const writer = new ByteWriter();
  writeDate(writer, 'EVENT_STORAGE', false, formatsFor(4, context), atMs);
  const storage = new Uint8Array(STORAGE_BYTES);
  storage.set(writer.finish());
  return {
    EVENT_SELECTOR: {
      EVENT_CODE: PENDING_EVENT_CODES['absolute-time'],
      SELF_READ_FLAG: false,
      DEMAND_RESET_FLAG: false,
    },
    EVENT_STORAGE: toHex(storage),
  };
}

/**
 * When an event activates: UTC ms of the meter's clock, null when only a procedure does.
 * @throws CodecError when the event is no absolute time
 */
export function activationTimeMs(event: PendingEvent, context: TableContext): number | null {
  const code = event.EVENT_SELECTOR.EVENT_CODE;
  if (code !== PENDING_EVENT_CODES['absolute-time']) {
    throw new CodecError(`EVENT_SELECTOR: event code ${code} is no absolute time`);
  }
  const reader = new ByteReader(fromHex(event.EVENT_STORAGE));
  return readDate(reader, 'EVENT_STORAGE', false, formatsFor(4, context));
}

export interface PendingWrite {
  readonly event: PendingEvent;
  /** The table, as a full write would have it. */
  readonly data: Uint8Array;
}

/** What is written to a pending table id. @throws CodecError */
export function encodePendingWrite(write: PendingWrite, context: TableContext): Uint8Array {
  const head = encodeRecord(pendingEvent, { ...write.event }, context, formatsFor(4, context));
  return new ByteWriter().bytes(head).bytes(write.data).finish();
}

/** @throws CodecError when the head is cut */
export function decodePendingWrite(bytes: Uint8Array, context: TableContext): PendingWrite {
  const reader = new ByteReader(bytes);
  const head = reader.bytes('EVENT_RCD', 1 + STORAGE_BYTES);
  const { EVENT_SELECTOR, EVENT_STORAGE } = decodeRecord(
    pendingEvent,
    head,
    context,
    formatsFor(4, context),
  ) as unknown as PendingEvent;
  return { event: { EVENT_SELECTOR, EVENT_STORAGE }, data: reader.rest() };
}
