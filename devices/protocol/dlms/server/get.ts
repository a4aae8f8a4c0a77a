/** GET of a server: normal, with a list, and in blocks. */
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { encodeApdu } from '../apdu/encode.ts';
import { writeInvokeId } from '../apdu/fields.ts';
import { APDU_TAGS } from '../apdu/tags.ts';
import type { GetRequest, GetResponse, InvokeId, SelectedAttribute } from '../apdu/types.ts';
import { writeLength } from '../axdr.ts';
import { conforms } from '../conformance.ts';
import { encodeData } from '../data-codec.ts';
import { DATA_ACCESS_RESULTS, type DataRefusal } from '../result.ts';
import { ASSOCIATION_CLASS, OBJECT_LIST } from './association-object.ts';
import { joined, OutgoingTransfer } from './long-transfer.ts';
import { getAttribute } from './object-access.ts';
import { type Answer, exception, type ServiceContext } from './services.ts';

type WholeKind = 'normal' | 'with-list';

/** Tag, kind, invoke id. */
const HEAD_OCTETS = 3;
const RESPONSE_KINDS: Readonly<Record<WholeKind, number>> = { normal: 1, 'with-list': 3 };
/** Choice of Get-Data-Result: data, or why there are none. */
const DATA = 0;
const REFUSED = 1;

export function answerGet(context: ServiceContext, request: GetRequest): Answer {
  const { invokeId } = request;
  switch (request.kind) {
    case 'normal': {
      const result = resultOctets(context, request.attribute);
      // A block transfer carries the data alone.
      return inOneOrInBlocks(context, invokeId, 'normal', result, result.subarray(1));
    }
    case 'with-list': {
      const results = request.attributes.map((attribute) => resultOctets(context, attribute));
      const count = new ByteWriter();
      writeLength(count, results.length);
      const list = joined(count.finish(), ...results);
      return inOneOrInBlocks(context, invokeId, 'with-list', list, list);
    }
    case 'next':
      return nextBlock(context, invokeId, request.blockNumber);
  }
}

/** Get-Data-Result as it travels. */
function resultOctets(context: ServiceContext, attribute: SelectedAttribute): Uint8Array {
  const got = dataOctets(context, attribute);
  if (typeof got === 'string') return Uint8Array.of(REFUSED, DATA_ACCESS_RESULTS[got]);
  return joined(Uint8Array.of(DATA), got);
}

function dataOctets(
  context: ServiceContext,
  attribute: SelectedAttribute,
): Uint8Array | DataRefusal {
  if (isWholeObjectList(context, attribute)) return context.directory.encodedList;
  const got = getAttribute(context, attribute);
  return typeof got === 'string' ? got : encodeData(got);
}

function isWholeObjectList(
  { directory }: ServiceContext,
  { logicalName, classId, attribute, selection }: SelectedAttribute,
): boolean {
  return (
    classId === ASSOCIATION_CLASS &&
    attribute === OBJECT_LIST &&
    selection === null &&
    directory.find(logicalName)?.classId === ASSOCIATION_CLASS
  );
}

/** @param raw what is cut into blocks when `whole` does not fit */
function inOneOrInBlocks(
  context: ServiceContext,
  invokeId: InvokeId,
  kind: WholeKind,
  whole: Uint8Array,
  raw: Uint8Array,
): Answer {
  if (HEAD_OCTETS + whole.length <= context.room) return inOne(invokeId, kind, whole);
  if (!conforms(context.negotiated.conformance, 'block-transfer-with-get-or-read')) {
    return exception('service-unknown', 'pdu-too-long');
  }
  const transfer = new OutgoingTransfer('get-response', raw);
  context.longTransfer.current = transfer;
  return block(context, invokeId, transfer);
}

function inOne(invokeId: InvokeId, kind: WholeKind, whole: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writer.octet('tag', APDU_TAGS['get-response']).octet('Get-Response', RESPONSE_KINDS[kind]);
  writeInvokeId(writer, invokeId);
  return writer.bytes(whole).finish();
}

function nextBlock(context: ServiceContext, invokeId: InvokeId, blockNumber: number): Answer {
  const { current } = context.longTransfer;
  if (!(current instanceof OutgoingTransfer) || current.service !== 'get-response') {
    return noBlock(invokeId, blockNumber, 'no-long-get-in-progress');
  }
  if (current.blockNumber !== blockNumber) {
    context.longTransfer.current = null;
    return noBlock(invokeId, blockNumber, 'data-block-number-invalid');
  }
  return block(context, invokeId, current);
}

function block(
  context: ServiceContext,
  invokeId: InvokeId,
  transfer: OutgoingTransfer,
): Uint8Array {
  const { last, blockNumber, raw } = transfer.next(context.room);
  if (last) context.longTransfer.current = null;
  return encodeApdu(blockResponse(invokeId, last, blockNumber, { raw }));
}

function noBlock(invokeId: InvokeId, blockNumber: number, result: DataRefusal): Uint8Array {
  return encodeApdu(blockResponse(invokeId, true, blockNumber, { result }));
}

type BlockResponse = Extract<GetResponse, { kind: 'with-datablock' }>;

function blockResponse(
  invokeId: InvokeId,
  last: boolean,
  blockNumber: number,
  content: BlockResponse['block'],
): BlockResponse {
  return {
    service: 'get-response',
    kind: 'with-datablock',
    invokeId,
    last,
    blockNumber,
    block: content,
  };
}
