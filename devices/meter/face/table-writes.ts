import { MS_PER_S } from '../../domain/time.ts';
import { CodecError } from '../../protocol/bytes/codec-error.ts';
import { numberAt } from '../../protocol/c12-19/layout.ts';
import { decodeImageBlock } from '../../protocol/c12-19/project/download.ts';
import {
  activationAt,
  activationTimeMs,
  decodePendingWrite,
  encodePendingWrite,
  type PendingEvent,
} from '../../protocol/c12-19/project/pending-tables.ts';
import { decodeTable } from '../../protocol/c12-19/tables.ts';
import type { ResponseCode } from '../../protocol/psem/response-code.ts';
import { pendingTable, pendingTables } from '../configuration.ts';
import { memoryRange } from '../configuration-columns.ts';
import { blockFits, downloadOf } from '../download.ts';
import type { ProcedureCall } from './procedures/procedure.ts';
import { instantMs } from './tables/subject.ts';

/** Writes to tables: what is written is taken apart before it is believed. */

/** A table as it would be, whole. */
export function writeConfiguration(
  call: ProcedureCall,
  table: number,
  bytes: Uint8Array,
): ResponseCode {
  const code = verdict(call, table, bytes);
  if (code === 'ok') {
    call.give({ kind: 'operation', operation: { kind: 'write-table', table, bytes } });
  }
  return code;
}

/** What makes a pending table active, and the table; null when none is pending. */
export function pendingBytes(call: ProcedureCall, table: number): Uint8Array | null {
  const { meters, row, context } = call;
  const data = pendingTable(meters, row, table);
  if (data === null) return null;
  const pending = pendingTables(meters, row).find((entry) => entry.table === table);
  const event = activationAt(instantMs(pending?.atSeconds ?? 0), context);
  return encodePendingWrite({ event, data }, context);
}

/** A pending table by time or by procedure; by other events nothing is activated here. */
export function writePending(call: ProcedureCall, table: number, bytes: Uint8Array): ResponseCode {
  return orErr(() => {
    const { event, data } = decodePendingWrite(bytes, call.context);
    if (resetsToo(event)) return 'onp';
    const atMs = activationTimeMs(event, call.context);
    const code = verdict(call, table, data);
    if (code !== 'ok') return code;
    call.give({
      kind: 'operation',
      operation: {
        kind: 'hold-table',
        table,
        bytes: data,
        atSeconds: atMs === null ? null : atMs / MS_PER_S,
      },
    });
    return 'ok';
  });
}

/** A block of the image that is under way; one that is there already changes nothing. */
export function writeImageBlock(call: ProcedureCall, bytes: Uint8Array): ResponseCode {
  return orErr(() => {
    const { block, data } = decodeImageBlock(bytes, call.context);
    const download = downloadOf(call.meters, call.row);
    if (download?.phase !== 'receiving') return 'onp';
    if (!blockFits(download, block, data.length)) return 'err';
    call.give({ kind: 'operation', operation: { kind: 'take-block', block, bytes: data } });
    return 'ok';
  });
}

const ST13 = 13;

/** Whether bytes make the table that they are for, and one with which the meter can work. */
function verdict(
  { meters, context }: ProcedureCall,
  table: number,
  bytes: Uint8Array,
): ResponseCode {
  return orErr(() => {
    const { from, to } = memoryRange(0, table);
    if (bytes.length !== to - from) return 'err';
    const value = decodeTable(table, bytes, context);
    if (table !== ST13) return 'ok';
    const minutes = numberAt(value, 'INTERVAL_VALUE.0.INT_LENGTH');
    return meters.rules.demandLengthAccepted(minutes) ? 'ok' : 'onp';
  });
}

function resetsToo({ EVENT_SELECTOR: selector }: PendingEvent): boolean {
  return selector.SELF_READ_FLAG === true || selector.DEMAND_RESET_FLAG === true;
}

function orErr(write: () => ResponseCode): ResponseCode {
  try {
    return write();
  } catch (error) {
    if (error instanceof CodecError) return 'err';
    throw error;
  }
}
