/** SET: request and response with logical names. */
import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { nameOf, readList, writeList } from '../axdr.ts';
import { readData, writeData } from '../data-codec.ts';
import {
  readBlock,
  readBlockNumber,
  readDataAccessResult,
  readInvokeId,
  readSelectedAttribute,
  writeBlock,
  writeBlockNumber,
  writeDataAccessResult,
  writeInvokeId,
  writeSelectedAttribute,
} from './fields.ts';
import type { SetRequest, SetResponse } from './types.ts';

const REQUEST_KINDS = {
  normal: 1,
  'with-first-datablock': 2,
  'with-datablock': 3,
  'with-list': 4,
  'with-list-and-first-datablock': 5,
} as const;
const RESPONSE_KINDS = {
  normal: 1,
  datablock: 2,
  'last-datablock': 3,
  'last-datablock-with-list': 4,
  'with-list': 5,
} as const;

export function readSetRequest(reader: ByteReader): SetRequest {
  const kind = nameOf('Set-Request', REQUEST_KINDS, reader.octet('Set-Request'));
  const head = { service: 'set-request', invokeId: readInvokeId(reader) } as const;
  switch (kind) {
    case 'normal':
      return { ...head, kind, attribute: readSelectedAttribute(reader), value: readData(reader) };
    case 'with-first-datablock':
      return { ...head, kind, attribute: readSelectedAttribute(reader), block: readBlock(reader) };
    case 'with-datablock':
      return { ...head, kind, block: readBlock(reader) };
    case 'with-list':
      return {
        ...head,
        kind,
        attributes: readList(reader, kind, readSelectedAttribute),
        values: readList(reader, kind, readData),
      };
    case 'with-list-and-first-datablock':
      return {
        ...head,
        kind,
        attributes: readList(reader, kind, readSelectedAttribute),
        block: readBlock(reader),
      };
  }
}

export function writeSetRequest(writer: ByteWriter, request: SetRequest): void {
  writer.octet('Set-Request', REQUEST_KINDS[request.kind]);
  writeInvokeId(writer, request.invokeId);
  switch (request.kind) {
    case 'normal':
      writeSelectedAttribute(writer, request.attribute);
      writeData(writer, request.value);
      return;
    case 'with-first-datablock':
      writeSelectedAttribute(writer, request.attribute);
      writeBlock(writer, request.block);
      return;
    case 'with-datablock':
      writeBlock(writer, request.block);
      return;
    case 'with-list':
      writeList(writer, request.attributes, writeSelectedAttribute);
      writeList(writer, request.values, writeData);
      return;
    case 'with-list-and-first-datablock':
      writeList(writer, request.attributes, writeSelectedAttribute);
      writeBlock(writer, request.block);
  }
}

export function readSetResponse(reader: ByteReader): SetResponse {
  const kind = nameOf('Set-Response', RESPONSE_KINDS, reader.octet('Set-Response'));
  const head = { service: 'set-response', invokeId: readInvokeId(reader) } as const;
  switch (kind) {
    case 'normal':
      return { ...head, kind, result: readDataAccessResult(reader) };
    case 'datablock':
      return { ...head, kind, blockNumber: readBlockNumber(reader) };
    case 'last-datablock':
      return {
        ...head,
        kind,
        result: readDataAccessResult(reader),
        blockNumber: readBlockNumber(reader),
      };
    case 'last-datablock-with-list':
      return {
        ...head,
        kind,
        results: readList(reader, kind, readDataAccessResult),
        blockNumber: readBlockNumber(reader),
      };
    case 'with-list':
      return { ...head, kind, results: readList(reader, kind, readDataAccessResult) };
  }
}

export function writeSetResponse(writer: ByteWriter, response: SetResponse): void {
  writer.octet('Set-Response', RESPONSE_KINDS[response.kind]);
  writeInvokeId(writer, response.invokeId);
  switch (response.kind) {
    case 'normal':
      writeDataAccessResult(writer, response.result);
      return;
    case 'datablock':
      writeBlockNumber(writer, response.blockNumber);
      return;
    case 'last-datablock':
      writeDataAccessResult(writer, response.result);
      writeBlockNumber(writer, response.blockNumber);
      return;
    case 'last-datablock-with-list':
      writeList(writer, response.results, writeDataAccessResult);
      writeBlockNumber(writer, response.blockNumber);
      return;
    case 'with-list':
      writeList(writer, response.results, writeDataAccessResult);
  }
}
