/** SET of a client: one or many attributes, long values in blocks. */
import { CodecError } from '../../bytes/codec-error.ts';
import { encodeApdu } from '../apdu/encode.ts';
import type {
  DataBlock,
  ExceptionResponse,
  InvokeId,
  SelectedAttribute,
  SetRequest,
  SetResponse,
} from '../apdu/types.ts';
import type { Data } from '../data.ts';
import type { DataAccessResult } from '../result.ts';
import { BlockCutter, rawOf } from './blocks.ts';
import type { Answered, Exchange } from './exchange.ts';
import type { ClientSession } from './session.ts';

export interface AttributeValue {
  readonly attribute: SelectedAttribute;
  readonly value: Data;
}

/** Writes attributes; as one list where lists were agreed upon, else one after the other. */
export function* setAttributes(
  session: ClientSession,
  writes: readonly AttributeValue[],
): Exchange<Answered<DataAccessResult>> {
  const groups = session.can('multiple-references') ? [writes] : writes.map((write) => [write]);
  const results: DataAccessResult[] = [];
  for (const group of groups) {
    if (group.length === 0) continue;
    const answered = yield* setGroup(session, group);
    if ('service' in answered) return { outcome: 'refused', exception: answered };
    results.push(...answered);
  }
  return { outcome: 'answered', results };
}

function* setGroup(
  session: ClientSession,
  group: readonly AttributeValue[],
): Exchange<readonly DataAccessResult[] | ExceptionResponse> {
  const invokeId = session.nextInvokeId();
  const request = wholeRequest(invokeId, group);
  const isShort = encodeApdu(request).length <= session.room;
  const answer =
    isShort || !session.can('block-transfer-with-set-or-write')
      ? yield* session.ask(request)
      : yield* setInBlocks(session, invokeId, group);
  if (answer.service === 'exception-response') return answer;
  const results = resultsOf(answer, group.length);
  if (results.length === group.length) return results;
  throw new CodecError(`set-response: ${group.length} results wanted, ${results.length} came`);
}

function wholeRequest(invokeId: InvokeId, group: readonly AttributeValue[]): SetRequest {
  const [first] = group;
  const head = { service: 'set-request', invokeId } as const;
  if (group.length === 1 && first !== undefined) return { ...head, kind: 'normal', ...first };
  const attributes = group.map(({ attribute }) => attribute);
  const values = group.map(({ value }) => value);
  return { ...head, kind: 'with-list', attributes, values };
}

function firstRequest(
  invokeId: InvokeId,
  group: readonly AttributeValue[],
  block: DataBlock,
): SetRequest {
  const [first] = group;
  const head = { service: 'set-request', invokeId } as const;
  if (group.length === 1 && first !== undefined) {
    return { ...head, kind: 'with-first-datablock', attribute: first.attribute, block };
  }
  const attributes = group.map(({ attribute }) => attribute);
  return { ...head, kind: 'with-list-and-first-datablock', attributes, block };
}

function* setInBlocks(
  session: ClientSession,
  invokeId: InvokeId,
  group: readonly AttributeValue[],
): Exchange<SetResponse | ExceptionResponse> {
  const cutter = new BlockCutter(rawOf(group.map(({ value }) => value)), session.room);
  let request = cutter.next((block) => firstRequest(invokeId, group, block));
  for (;;) {
    const answer: SetResponse | ExceptionResponse = yield* session.ask<SetRequest>(request);
    const isTaken = answer.service === 'set-response' && answer.kind === 'datablock';
    // Whatever else it is ends the transfer: the result, or why there is none.
    if (!isTaken || cutter.isOver) return answer;
    request = cutter.next((block) => ({
      service: 'set-request',
      kind: 'with-datablock',
      invokeId,
      block,
    }));
  }
}

/** A transfer that was broken off has one result for all. */
function resultsOf(answer: SetResponse, count: number): readonly DataAccessResult[] {
  switch (answer.kind) {
    case 'normal':
    case 'last-datablock':
      return Array.from({ length: count }, () => answer.result);
    case 'with-list':
    case 'last-datablock-with-list':
      return answer.results;
    case 'datablock':
      throw new CodecError('set-response: the last block was taken, but no result came');
  }
}
