/** ACTION of a client: one or many methods, in blocks both ways where they are long. */
import { ByteReader } from '../../bytes/byte-reader.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { readActionAnswer } from '../apdu/action.ts';
import { encodeApdu } from '../apdu/encode.ts';
import type {
  ActionAnswer,
  ActionRequest,
  ActionResponse,
  DataBlock,
  ExceptionResponse,
  InvokeId,
  MethodDescriptor,
} from '../apdu/types.ts';
import { readList } from '../axdr.ts';
import { type Data, NULL_DATA } from '../data.ts';
import { BlockCutter, rawOf } from './blocks.ts';
import type { Answered, Exchange } from './exchange.ts';
import type { ClientSession } from './session.ts';

export interface MethodCall {
  readonly method: MethodDescriptor;
  readonly parameters: Data | null;
}

/** Invokes methods; as one list where lists were agreed upon, else one after the other. */
export function* invokeMethods(
  session: ClientSession,
  calls: readonly MethodCall[],
): Exchange<Answered<ActionAnswer>> {
  const groups = session.can('multiple-references') ? [calls] : calls.map((call) => [call]);
  const results: ActionAnswer[] = [];
  for (const group of groups) {
    if (group.length === 0) continue;
    const answered = yield* invokeGroup(session, group);
    if ('service' in answered) return { outcome: 'refused', exception: answered };
    results.push(...answered);
  }
  return { outcome: 'answered', results };
}

function* invokeGroup(
  session: ClientSession,
  group: readonly MethodCall[],
): Exchange<readonly ActionAnswer[] | ExceptionResponse> {
  const invokeId = session.nextInvokeId();
  const request = wholeRequest(invokeId, group);
  const isShort = encodeApdu(request).length <= session.room;
  const answer =
    isShort || !session.can('block-transfer-with-action')
      ? yield* session.ask(request)
      : yield* sendBlocks(session, invokeId, group);
  if (answer.service === 'exception-response') return answer;
  const answers = yield* answersOf(session, answer, group.length);
  if ('service' in answers || answers.length === group.length) return answers;
  throw new CodecError(`action-response: ${group.length} results wanted, ${answers.length} came`);
}

function wholeRequest(invokeId: InvokeId, group: readonly MethodCall[]): ActionRequest {
  const [first] = group;
  const head = { service: 'action-request', invokeId } as const;
  if (group.length === 1 && first !== undefined) return { ...head, kind: 'normal', ...first };
  const methods = group.map(({ method }) => method);
  return { ...head, kind: 'with-list', methods, parameters: parametersOf(group) };
}

function firstRequest(
  invokeId: InvokeId,
  group: readonly MethodCall[],
  block: DataBlock,
): ActionRequest {
  const [first] = group;
  const head = { service: 'action-request', invokeId } as const;
  if (group.length === 1 && first !== undefined) {
    return { ...head, kind: 'with-first-pblock', method: first.method, block };
  }
  const methods = group.map(({ method }) => method);
  return { ...head, kind: 'with-list-and-first-pblock', methods, block };
}

function parametersOf(group: readonly MethodCall[]): readonly Data[] {
  return group.map(({ parameters }) => parameters ?? NULL_DATA);
}

function* sendBlocks(
  session: ClientSession,
  invokeId: InvokeId,
  group: readonly MethodCall[],
): Exchange<ActionResponse | ExceptionResponse> {
  const cutter = new BlockCutter(rawOf(parametersOf(group)), session.room);
  let request = cutter.next((block) => firstRequest(invokeId, group, block));
  for (;;) {
    const answer: ActionResponse | ExceptionResponse = yield* session.ask<ActionRequest>(request);
    const isTaken = answer.service === 'action-response' && answer.kind === 'next-pblock';
    // Whatever else it is ends the transfer: the result, or why there is none.
    if (!isTaken || cutter.isOver) return answer;
    request = cutter.next((block) => ({
      service: 'action-request',
      kind: 'with-pblock',
      invokeId,
      block,
    }));
  }
}

function* answersOf(
  session: ClientSession,
  first: ActionResponse,
  count: number,
): Exchange<readonly ActionAnswer[] | ExceptionResponse> {
  const whole = new ByteWriter();
  let response = first;
  for (let blockNumber = 1; ; blockNumber++) {
    switch (response.kind) {
      case 'normal': {
        // A transfer that was broken off has one answer for all.
        const { answer } = response;
        return Array.from({ length: count }, () => answer);
      }
      case 'with-list':
        return response.answers;
      case 'next-pblock':
        throw new CodecError('action-response: the last block was taken, but no result came');
      case 'with-pblock':
        break;
    }
    const { invokeId, block } = response;
    if (block.blockNumber !== blockNumber) {
      throw new CodecError(
        `action-response: block ${blockNumber} wanted, ${block.blockNumber} came`,
      );
    }
    whole.bytes(block.raw);
    if (block.last) return readWhole(session, whole.finish(), count);
    const next = { service: 'action-request', kind: 'next-pblock', invokeId, blockNumber } as const;
    const following: ActionResponse | ExceptionResponse = yield* session.ask<ActionRequest>(next);
    if (following.service === 'exception-response') return following;
    response = following;
  }
}

function readWhole(
  session: ClientSession,
  raw: Uint8Array,
  count: number,
): readonly ActionAnswer[] {
  if (!session.can('block-transfer-with-action')) {
    session.report({
      name: 'blocks-not-negotiated',
      detail: 'the answer to an action came in blocks',
    });
  }
  const reader = new ByteReader(raw);
  const answers =
    count === 1 ? [readActionAnswer(reader)] : readList(reader, 'answers', readActionAnswer);
  reader.end('answers');
  return answers;
}
