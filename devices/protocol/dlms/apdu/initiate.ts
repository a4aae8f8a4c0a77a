/** How an association begins: InitiateRequest, InitiateResponse, or the error instead. */
import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import {
  nameOf,
  readBoolean,
  readOctets,
  readPresence,
  writeBoolean,
  writeOctets,
} from '../axdr.ts';
import type { ConfirmedServiceError, InitiateRequest, InitiateResponse } from './types.ts';

/** Tag [APPLICATION 31] of the conformance in BER, its length, and the unused bits: none. */
const CONFORMANCE_HEAD = 0x5f1f_0400;
/** ConfirmedServiceError: initiateError, and of ServiceError: initiate. */
const INITIATE_ERROR_CHOICE = 1;
const INITIATE_CHOICE = 6;
const INITIATE_ERRORS = {
  other: 0,
  'dlms-version-too-low': 1,
  'incompatible-conformance': 2,
  'pdu-size-too-short': 3,
  'refused-by-the-vde-handler': 4,
} as const;

export function readInitiateRequest(reader: ByteReader): InitiateRequest {
  const dedicatedKey = readPresence(reader, 'dedicated-key')
    ? readOctets(reader, 'dedicated-key')
    : null;
  // DEFAULT TRUE: the value stands there only when the flag says so.
  const responseAllowed =
    !readPresence(reader, 'response-allowed') || readBoolean(reader, 'response-allowed');
  readQuality(reader);
  return {
    service: 'initiate-request',
    dedicatedKey,
    responseAllowed,
    dlmsVersion: reader.octet('dlms-version'),
    conformance: readConformance(reader),
    clientMaxReceivePduSize: reader.unsigned('client-max-receive-pdu-size', 2, 'big-endian'),
  };
}

export function writeInitiateRequest(writer: ByteWriter, request: InitiateRequest): void {
  writeBoolean(writer, request.dedicatedKey !== null);
  if (request.dedicatedKey !== null) writeOctets(writer, request.dedicatedKey);
  writeBoolean(writer, !request.responseAllowed);
  if (!request.responseAllowed) writeBoolean(writer, false);
  writeBoolean(writer, false);
  writer.octet('dlms-version', request.dlmsVersion);
  writeConformance(writer, request.conformance);
  writer.unsigned('client-max-receive-pdu-size', request.clientMaxReceivePduSize, 2, 'big-endian');
}

export function readInitiateResponse(reader: ByteReader): InitiateResponse {
  readQuality(reader);
  return {
    service: 'initiate-response',
    dlmsVersion: reader.octet('dlms-version'),
    conformance: readConformance(reader),
    serverMaxReceivePduSize: reader.unsigned('server-max-receive-pdu-size', 2, 'big-endian'),
    vaaName: reader.unsigned('vaa-name', 2, 'big-endian'),
  };
}

export function writeInitiateResponse(writer: ByteWriter, response: InitiateResponse): void {
  writeBoolean(writer, false);
  writer.octet('dlms-version', response.dlmsVersion);
  writeConformance(writer, response.conformance);
  writer
    .unsigned('server-max-receive-pdu-size', response.serverMaxReceivePduSize, 2, 'big-endian')
    .unsigned('vaa-name', response.vaaName, 2, 'big-endian');
}

export function readConfirmedServiceError(reader: ByteReader): ConfirmedServiceError {
  const choice = reader.octet('ConfirmedServiceError');
  const service = reader.octet('ServiceError');
  if (choice !== INITIATE_ERROR_CHOICE || service !== INITIATE_CHOICE) {
    throw new CodecError(
      `ConfirmedServiceError: that of initiate wanted, ${choice} ${service} found`,
    );
  }
  return {
    service: 'confirmed-service-error',
    initiateError: nameOf('initiate', INITIATE_ERRORS, reader.octet('initiate')),
  };
}

export function writeConfirmedServiceError(writer: ByteWriter, error: ConfirmedServiceError): void {
  writer
    .octet('ConfirmedServiceError', INITIATE_ERROR_CHOICE)
    .octet('ServiceError', INITIATE_CHOICE)
    .octet('initiate', INITIATE_ERRORS[error.initiateError]);
}

/** Quality of service is of no use here, whatever it says. */
function readQuality(reader: ByteReader): void {
  if (readPresence(reader, 'quality-of-service')) reader.octet('quality-of-service');
}

/** Twenty-four bits; their tag and length are BER's in the midst of A-XDR. */
function readConformance(reader: ByteReader): number {
  const head = reader.unsigned('conformance', 4, 'big-endian');
  if (head !== CONFORMANCE_HEAD) {
    throw new CodecError(`conformance: 5f1f0400 wanted, ${head.toString(16)} found`);
  }
  return reader.unsigned('conformance', 3, 'big-endian');
}

function writeConformance(writer: ByteWriter, conformance: number): void {
  writer
    .unsigned('conformance', CONFORMANCE_HEAD, 4, 'big-endian')
    .unsigned('conformance', conformance, 3, 'big-endian');
}
