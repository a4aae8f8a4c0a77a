/**
 * ACCESS: several services of any kind in one APDU. The order of the response's parts is that of
 * `COSEMpdu_GB83.asn`: what was asked (optional), all data, all results.
 */
import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { nameOf, readList, readPresence, writeBoolean, writeList } from '../axdr.ts';
import { readData, writeData } from '../data-codec.ts';
import {
  readActionResult,
  readAttribute,
  readDataAccessResult,
  readDateTime,
  readLongInvokeId,
  readMethod,
  readSelection,
  writeActionResult,
  writeAttribute,
  writeDataAccessResult,
  writeDateTime,
  writeLongInvokeId,
  writeMethod,
  writeSelection,
} from './fields.ts';
import type { AccessRequest, AccessResponse, AccessResult, AccessSpecification } from './types.ts';

const SPECIFICATIONS = {
  get: 1,
  set: 2,
  action: 3,
  'get-with-selection': 4,
  'set-with-selection': 5,
} as const;
const RESULTS = { get: 1, set: 2, action: 3 } as const;

export function readAccessRequest(reader: ByteReader): AccessRequest {
  const request: AccessRequest = {
    service: 'access-request',
    longInvokeId: readLongInvokeId(reader),
    dateTime: readDateTime(reader),
    specifications: readList(reader, 'access-request-specification', readSpecification),
    data: readList(reader, 'access-request-list-of-data', readData),
  };
  checkCounts(request.specifications, request.data);
  return request;
}

export function writeAccessRequest(writer: ByteWriter, request: AccessRequest): void {
  checkCounts(request.specifications, request.data);
  writeLongInvokeId(writer, request.longInvokeId);
  writeDateTime(writer, request.dateTime);
  writeList(writer, request.specifications, writeSpecification);
  writeList(writer, request.data, writeData);
}

/** What was asked may be repeated; it is read over, as the results stand in the same order. */
export function readAccessResponse(reader: ByteReader): AccessResponse {
  const longInvokeId = readLongInvokeId(reader);
  const dateTime = readDateTime(reader);
  const field = 'access-request-specification';
  if (readPresence(reader, field)) readList(reader, field, readSpecification);
  const response: AccessResponse = {
    service: 'access-response',
    longInvokeId,
    dateTime,
    data: readList(reader, 'access-response-list-of-data', readData),
    results: readList(reader, 'access-response-specification', readResult),
  };
  checkCounts(response.results, response.data);
  return response;
}

export function writeAccessResponse(writer: ByteWriter, response: AccessResponse): void {
  checkCounts(response.results, response.data);
  writeLongInvokeId(writer, response.longInvokeId);
  writeDateTime(writer, response.dateTime);
  writeBoolean(writer, false);
  writeList(writer, response.data, writeData);
  writeList(writer, response.results, writeResult);
}

function checkCounts(services: readonly unknown[], data: readonly unknown[]): void {
  if (services.length !== data.length) {
    throw new CodecError(`ACCESS: ${data.length} data for ${services.length} services`);
  }
}

function readSpecification(reader: ByteReader): AccessSpecification {
  const field = 'Access-Request-Specification';
  const kind = nameOf(field, SPECIFICATIONS, reader.octet(field));
  switch (kind) {
    case 'get':
    case 'set':
      return { access: kind, attribute: { ...readAttribute(reader), selection: null } };
    case 'action':
      return { access: kind, method: readMethod(reader) };
    case 'get-with-selection':
    case 'set-with-selection': {
      const attribute = { ...readAttribute(reader), selection: readSelection(reader) };
      return { access: kind === 'get-with-selection' ? 'get' : 'set', attribute };
    }
  }
}

function writeSpecification(writer: ByteWriter, specification: AccessSpecification): void {
  const { access } = specification;
  if (access === 'action') {
    writer.octet('Access-Request-Specification', SPECIFICATIONS.action);
    writeMethod(writer, specification.method);
    return;
  }
  const { selection } = specification.attribute;
  const kind = selection === null ? access : (`${access}-with-selection` as const);
  writer.octet('Access-Request-Specification', SPECIFICATIONS[kind]);
  writeAttribute(writer, specification.attribute);
  if (selection !== null) writeSelection(writer, selection);
}

function readResult(reader: ByteReader): AccessResult {
  const field = 'Access-Response-Specification';
  const access = nameOf(field, RESULTS, reader.octet(field));
  return access === 'action'
    ? { access, result: readActionResult(reader) }
    : { access, result: readDataAccessResult(reader) };
}

function writeResult(writer: ByteWriter, result: AccessResult): void {
  writer.octet('Access-Response-Specification', RESULTS[result.access]);
  if (result.access === 'action') writeActionResult(writer, result.result);
  else writeDataAccessResult(writer, result.result);
}
