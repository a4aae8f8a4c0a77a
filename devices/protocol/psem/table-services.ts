import type { Refusal } from './response-code.ts';
import type { PsemRequest, PsemResponse, ReadPart, WritePart } from './service.ts';
import type { TableHost } from './table-host.ts';

/** Answers a read: clearance first, then the bytes, then the part that was asked for. */
export function answerRead(
  host: TableHost,
  table: number,
  part: ReadPart,
  secured: boolean,
  nowNs: number,
): PsemResponse {
  // Which table a default read means is told by no public source.
  if (part.by === 'default') return { refused: 'sns' };
  const access = host.access(table, 'read', secured);
  if (access !== 'ok') return { refused: access };
  const range = rangeOf(host, table, part, nowNs);
  if (typeof range === 'string') return { refused: range };
  const bytes = host.readTable(table, nowNs);
  if (typeof bytes === 'string') return { refused: bytes };
  const { offset, count } = range ?? { offset: 0, count: bytes.length };
  if (offset + count > bytes.length) return { refused: 'onp' };
  // The count of an answer is a u16: more can only be read in parts.
  if (count > 0xffff) return { refused: 'onp' };
  return { answers: 'read', data: bytes.slice(offset, offset + count) };
}

/** Answers a write: clearance first, then the host decides. */
export function answerWrite(
  host: TableHost,
  { table, part, data }: Extract<PsemRequest, { service: 'write' }>,
  secured: boolean,
  nowNs: number,
): PsemResponse {
  const access = host.access(table, 'write', secured);
  if (access !== 'ok') return { refused: access };
  const range = rangeOf(host, table, part, nowNs, data.length);
  if (typeof range === 'string') return { refused: range };
  // Elements are written whole: other bytes than theirs would move what stands behind them.
  if (part.by === 'index' && range?.count !== data.length) return { refused: 'onp' };
  const code = host.writeTable(table, range?.offset ?? null, data, nowNs);
  return code === 'ok' ? { answers: 'write' } : { refused: code };
}

interface ByteRange {
  readonly offset: number;
  readonly count: number;
}

/** The bytes that a part names; null for all of them. */
function rangeOf(
  host: TableHost,
  table: number,
  part: Exclude<ReadPart, { by: 'default' }> | WritePart,
  nowNs: number,
  written = 0,
): ByteRange | null | Refusal {
  switch (part.by) {
    case 'whole':
      return null;
    case 'offset':
      return { offset: part.offset, count: 'count' in part ? part.count : written };
    case 'index':
      if (host.locate === undefined) return 'sns';
      return host.locate(table, part.index, 'elements' in part ? part.elements : 1, nowNs);
  }
}
