/** ACTION: request and response with logical names. */
import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { nameOf, readList, readPresence, writeBoolean, writeList } from '../axdr.ts';
import { readData, writeData } from '../data-codec.ts';
import {
  readActionResult,
  readBlock,
  readBlockNumber,
  readGetDataResult,
  readInvokeId,
  readMethod,
  writeActionResult,
  writeBlock,
  writeBlockNumber,
  writeGetDataResult,
  writeInvokeId,
  writeMethod,
} from './fields.ts';
import type { ActionAnswer, ActionRequest, ActionResponse } from './types.ts';

const REQUEST_KINDS = {
  normal: 1,
  'next-pblock': 2,
  'with-list': 3,
  'with-first-pblock': 4,
  'with-list-and-first-pblock': 5,
  'with-pblock': 6,
} as const;
const RESPONSE_KINDS = { normal: 1, 'with-pblock': 2, 'with-list': 3, 'next-pblock': 4 } as const;

export function readActionRequest(reader: ByteReader): ActionRequest {
  const kind = nameOf('Action-Request', REQUEST_KINDS, reader.octet('Action-Request'));
  const head = { service: 'action-request', invokeId: readInvokeId(reader) } as const;
  switch (kind) {
    case 'normal': {
      const method = readMethod(reader);
      const parameters = readPresence(reader, 'parameters') ? readData(reader) : null;
      return { ...head, kind, method, parameters };
    }
    case 'next-pblock':
      return { ...head, kind, blockNumber: readBlockNumber(reader) };
    case 'with-list':
      return {
        ...head,
        kind,
        methods: readList(reader, kind, readMethod),
        parameters: readList(reader, kind, readData),
      };
    case 'with-first-pblock':
      return { ...head, kind, method: readMethod(reader), block: readBlock(reader) };
    case 'with-list-and-first-pblock':
      return {
        ...head,
        kind,
        methods: readList(reader, kind, readMethod),
        block: readBlock(reader),
      };
    case 'with-pblock':
      return { ...head, kind, block: readBlock(reader) };
  }
}

export function writeActionRequest(writer: ByteWriter, request: ActionRequest): void {
  writer.octet('Action-Request', REQUEST_KINDS[request.kind]);
  writeInvokeId(writer, request.invokeId);
  switch (request.kind) {
    case 'normal':
      writeMethod(writer, request.method);
      writeBoolean(writer, request.parameters !== null);
      if (request.parameters !== null) writeData(writer, request.parameters);
      return;
    case 'next-pblock':
      writeBlockNumber(writer, request.blockNumber);
      return;
    case 'with-list':
      writeList(writer, request.methods, writeMethod);
      writeList(writer, request.parameters, writeData);
      return;
    case 'with-first-pblock':
      writeMethod(writer, request.method);
      writeBlock(writer, request.block);
      return;
    case 'with-list-and-first-pblock':
      writeList(writer, request.methods, writeMethod);
      writeBlock(writer, request.block);
      return;
    case 'with-pblock':
      writeBlock(writer, request.block);
  }
}

export function readActionResponse(reader: ByteReader): ActionResponse {
  const kind = nameOf('Action-Response', RESPONSE_KINDS, reader.octet('Action-Response'));
  const head = { service: 'action-response', invokeId: readInvokeId(reader) } as const;
  switch (kind) {
    case 'normal':
      return { ...head, kind, answer: readActionAnswer(reader) };
    case 'with-pblock':
      return { ...head, kind, block: readBlock(reader) };
    case 'with-list':
      return { ...head, kind, answers: readList(reader, kind, readActionAnswer) };
    case 'next-pblock':
      return { ...head, kind, blockNumber: readBlockNumber(reader) };
  }
}

export function writeActionResponse(writer: ByteWriter, response: ActionResponse): void {
  writer.octet('Action-Response', RESPONSE_KINDS[response.kind]);
  writeInvokeId(writer, response.invokeId);
  switch (response.kind) {
    case 'normal':
      writeActionAnswer(writer, response.answer);
      return;
    case 'with-pblock':
      writeBlock(writer, response.block);
      return;
    case 'with-list':
      writeList(writer, response.answers, writeActionAnswer);
      return;
    case 'next-pblock':
      writeBlockNumber(writer, response.blockNumber);
  }
}

/** Action-Response-With-Optional-Data, which also is what blocks of an answer are slices of. */
export function readActionAnswer(reader: ByteReader): ActionAnswer {
  return {
    result: readActionResult(reader),
    returned: readPresence(reader, 'return-parameters') ? readGetDataResult(reader) : null,
  };
}

function writeActionAnswer(writer: ByteWriter, answer: ActionAnswer): void {
  writeActionResult(writer, answer.result);
  writeBoolean(writer, answer.returned !== null);
  if (answer.returned !== null) writeGetDataResult(writer, answer.returned);
}
