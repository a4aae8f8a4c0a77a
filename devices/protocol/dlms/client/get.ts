/** GET of a client: one or many attributes, long answers in blocks. */
import { ByteReader } from '../../bytes/byte-reader.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { encodeApdu } from '../apdu/encode.ts';
import { readGetDataResult } from '../apdu/fields.ts';
import type {
  ExceptionResponse,
  GetDataResult,
  GetRequest,
  GetResponse,
  SelectedAttribute,
} from '../apdu/types.ts';
import { readList } from '../axdr.ts';
import { readData } from '../data-codec.ts';
import type { Answered, Exchange } from './exchange.ts';
import { inspectResult } from './finding.ts';
import type { ClientSession } from './session.ts';

/** Reads attributes; as one list where lists were agreed upon, else one after the other. */
export function* getAttributes(
  session: ClientSession,
  attributes: readonly SelectedAttribute[],
): Exchange<Answered<GetDataResult>> {
  const results: GetDataResult[] = [];
  for (const request of requestsFor(session, attributes)) {
    const answered = yield* fetch(session, request);
    if ('service' in answered) return { outcome: 'refused', exception: answered };
    results.push(...answered);
  }
  for (const [index, attribute] of attributes.entries()) {
    const result = results[index];
    if (result === undefined) throw new CodecError('get-response: a result is missing');
    inspectResult(attribute, result, session.report);
  }
  return { outcome: 'answered', results };
}

/** Lists are halved until they fit; without lists all the way. */
function requestsFor(
  session: ClientSession,
  attributes: readonly SelectedAttribute[],
): readonly GetRequest[] {
  const [attribute] = attributes;
  if (attribute === undefined) return [];
  const head = { service: 'get-request', invokeId: session.nextInvokeId() } as const;
  if (attributes.length === 1) return [{ ...head, kind: 'normal', attribute }];
  const list: GetRequest = { ...head, kind: 'with-list', attributes };
  if (session.can('multiple-references') && encodeApdu(list).length <= session.room) return [list];
  const middle = attributes.length >> 1;
  return [attributes.slice(0, middle), attributes.slice(middle)].flatMap((half) =>
    requestsFor(session, half),
  );
}

function* fetch(
  session: ClientSession,
  request: GetRequest,
): Exchange<readonly GetDataResult[] | ExceptionResponse> {
  const answer = yield* session.ask(request);
  if (answer.service === 'exception-response') return answer;
  const count = request.kind === 'with-list' ? request.attributes.length : 1;
  const results =
    answer.kind === 'with-datablock'
      ? yield* fetchBlocks(session, request, answer, count)
      : resultsOf(answer);
  if (!('service' in results) && results.length !== count) {
    throw new CodecError(`get-response: ${count} results wanted, ${results.length} came`);
  }
  return results;
}

function resultsOf(answer: Exclude<GetResponse, FirstBlock>): readonly GetDataResult[] {
  return answer.kind === 'normal' ? [answer.result] : answer.results;
}

type FirstBlock = Extract<GetResponse, { kind: 'with-datablock' }>;

function* fetchBlocks(
  session: ClientSession,
  request: GetRequest,
  first: FirstBlock,
  count: number,
): Exchange<readonly GetDataResult[] | ExceptionResponse> {
  if (!session.can('block-transfer-with-get-or-read')) {
    session.report({ name: 'blocks-not-negotiated', detail: 'the answer to a get came in blocks' });
  }
  const { invokeId } = request;
  const whole = new ByteWriter();
  let answer: GetResponse = first;
  for (let blockNumber = 1; ; blockNumber++) {
    if (answer.kind !== 'with-datablock') return resultsOf(answer);
    const { block } = answer;
    if ('result' in block) return Array.from({ length: count }, () => block);
    if (answer.blockNumber !== blockNumber) {
      throw new CodecError(`get-response: block ${blockNumber} wanted, ${answer.blockNumber} came`);
    }
    whole.bytes(block.raw);
    if (answer.last) return readWhole(session, whole.finish(), request);
    const next: GetRequest = { service: 'get-request', kind: 'next', invokeId, blockNumber };
    const following: GetResponse | ExceptionResponse = yield* session.ask(next);
    if (following.service === 'exception-response') return following;
    answer = following;
  }
}

/** Blocks carry the data alone, or a list of results. */
function readWhole(
  session: ClientSession,
  raw: Uint8Array,
  request: GetRequest,
): readonly GetDataResult[] {
  const reader = new ByteReader(raw);
  const results: readonly GetDataResult[] =
    request.kind === 'with-list'
      ? readList(reader, 'results', readGetDataResult)
      : [{ result: 'data', data: readData(reader) }];
  if (reader.left > 0) {
    session.report({
      name: 'octets-after-apdu',
      detail: `${reader.left} octets follow the data of the blocks`,
    });
  }
  return results;
}
