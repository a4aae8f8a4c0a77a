/** GET: request and response with logical names. */
import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import {
  nameOf,
  readBoolean,
  readList,
  readOctets,
  writeBoolean,
  writeList,
  writeOctets,
} from '../axdr.ts';
import {
  readBlockNumber,
  readGetDataResult,
  readInvokeId,
  readRefusal,
  readSelectedAttribute,
  writeBlockNumber,
  writeDataAccessResult,
  writeGetDataResult,
  writeInvokeId,
  writeSelectedAttribute,
} from './fields.ts';
import type { GetRequest, GetResponse } from './types.ts';

const REQUEST_KINDS = { normal: 1, next: 2, 'with-list': 3 } as const;
const RESPONSE_KINDS = { normal: 1, 'with-datablock': 2, 'with-list': 3 } as const;
const BLOCK_RESULT = { raw: 0, refusal: 1 } as const;

export function readGetRequest(reader: ByteReader): GetRequest {
  const kind = nameOf('Get-Request', REQUEST_KINDS, reader.octet('Get-Request'));
  const head = { service: 'get-request', invokeId: readInvokeId(reader) } as const;
  switch (kind) {
    case 'normal':
      return { ...head, kind, attribute: readSelectedAttribute(reader) };
    case 'next':
      return { ...head, kind, blockNumber: readBlockNumber(reader) };
    case 'with-list':
      return { ...head, kind, attributes: readList(reader, kind, readSelectedAttribute) };
  }
}

export function writeGetRequest(writer: ByteWriter, request: GetRequest): void {
  writer.octet('Get-Request', REQUEST_KINDS[request.kind]);
  writeInvokeId(writer, request.invokeId);
  switch (request.kind) {
    case 'normal':
      writeSelectedAttribute(writer, request.attribute);
      return;
    case 'next':
      writeBlockNumber(writer, request.blockNumber);
      return;
    case 'with-list':
      writeList(writer, request.attributes, writeSelectedAttribute);
  }
}

export function readGetResponse(reader: ByteReader): GetResponse {
  const kind = nameOf('Get-Response', RESPONSE_KINDS, reader.octet('Get-Response'));
  const head = { service: 'get-response', invokeId: readInvokeId(reader) } as const;
  switch (kind) {
    case 'normal':
      return { ...head, kind, result: readGetDataResult(reader) };
    case 'with-datablock':
      return {
        ...head,
        kind,
        last: readBoolean(reader, 'last-block'),
        blockNumber: readBlockNumber(reader),
        block: readBlockResult(reader),
      };
    case 'with-list':
      return { ...head, kind, results: readList(reader, kind, readGetDataResult) };
  }
}

export function writeGetResponse(writer: ByteWriter, response: GetResponse): void {
  writer.octet('Get-Response', RESPONSE_KINDS[response.kind]);
  writeInvokeId(writer, response.invokeId);
  switch (response.kind) {
    case 'normal':
      writeGetDataResult(writer, response.result);
      return;
    case 'with-datablock':
      writeBoolean(writer, response.last);
      writeBlockNumber(writer, response.blockNumber);
      writeBlockResult(writer, response.block);
      return;
    case 'with-list':
      writeList(writer, response.results, writeGetDataResult);
  }
}

type BlockResult = Extract<GetResponse, { kind: 'with-datablock' }>['block'];

function readBlockResult(reader: ByteReader): BlockResult {
  const choice = nameOf('DataBlock-G result', BLOCK_RESULT, reader.octet('DataBlock-G result'));
  return choice === 'raw'
    ? { raw: readOctets(reader, 'raw-data') }
    : { result: readRefusal(reader) };
}

function writeBlockResult(writer: ByteWriter, block: BlockResult): void {
  if ('raw' in block) {
    writer.octet('DataBlock-G result', BLOCK_RESULT.raw);
    writeOctets(writer, block.raw);
  } else {
    writer.octet('DataBlock-G result', BLOCK_RESULT.refusal);
    writeDataAccessResult(writer, block.result);
  }
}
