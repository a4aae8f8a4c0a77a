import type { PsemRequest, PsemResponse, ReadPart } from '../psem/service.ts';
import type { TableHost } from '../psem/table-host.ts';

/** Answers a read: clearance first, then the bytes, then the part that was asked for. */
export function answerRead(
  host: TableHost,
  table: number,
  part: ReadPart,
  secured: boolean,
  nowNs: number,
): PsemResponse {
  if (part.by === 'index' || part.by === 'default') return { refused: 'sns' };
  const access = host.access(table, 'read', secured);
  if (access !== 'ok') return { refused: access };
  const bytes = host.readTable(table, nowNs);
  if (typeof bytes === 'string') return { refused: bytes };
  if (part.by === 'whole') {
    // The count of an answer is a u16: a longer table can only be read by offset.
    return bytes.length > 0xffff ? { refused: 'onp' } : { answers: 'read', data: bytes };
  }
  if (part.offset + part.count > bytes.length) return { refused: 'onp' };
  return { answers: 'read', data: bytes.slice(part.offset, part.offset + part.count) };
}

/** Answers a write: clearance first, then the host decides. */
export function answerWrite(
  host: TableHost,
  request: Extract<PsemRequest, { service: 'write' }>,
  secured: boolean,
  nowNs: number,
): PsemResponse {
  if (request.part.by === 'index') return { refused: 'sns' };
  const access = host.access(request.table, 'write', secured);
  if (access !== 'ok') return { refused: access };
  const offset = request.part.by === 'offset' ? request.part.offset : null;
  const code = host.writeTable(request.table, offset, request.data, nowNs);
  return code === 'ok' ? { answers: 'write' } : { refused: code };
}
