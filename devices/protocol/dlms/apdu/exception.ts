/** ExceptionResponse: a request was not taken at all. */
import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { nameOf } from '../axdr.ts';
import type { ExceptionResponse } from './types.ts';

const STATE_ERRORS = { 'service-not-allowed': 1, 'service-unknown': 2 } as const;
const SERVICE_ERRORS = {
  'operation-not-possible': 1,
  'service-not-supported': 2,
  'other-reason': 3,
  'pdu-too-long': 4,
  'deciphering-error': 5,
  'invocation-counter-error': 6,
} as const;

export function readExceptionResponse(reader: ByteReader): ExceptionResponse {
  const stateError = nameOf('state-error', STATE_ERRORS, reader.octet('state-error'));
  const serviceError = nameOf('service-error', SERVICE_ERRORS, reader.octet('service-error'));
  const expectedCounter =
    serviceError === 'invocation-counter-error'
      ? reader.unsigned('invocation-counter', 4, 'big-endian')
      : null;
  return { service: 'exception-response', stateError, serviceError, expectedCounter };
}

export function writeExceptionResponse(writer: ByteWriter, response: ExceptionResponse): void {
  const { stateError, serviceError, expectedCounter } = response;
  if ((serviceError === 'invocation-counter-error') !== (expectedCounter !== null)) {
    throw new CodecError('exception-response: a counter goes with its error, and with no other');
  }
  writer
    .octet('state-error', STATE_ERRORS[stateError])
    .octet('service-error', SERVICE_ERRORS[serviceError]);
  if (expectedCounter !== null) {
    writer.unsigned('invocation-counter', expectedCounter, 4, 'big-endian');
  }
}
