import { ByteWriter } from '../../bytes/byte-writer.ts';
import { writeAccessRequest, writeAccessResponse } from './access.ts';
import { writeActionRequest, writeActionResponse } from './action.ts';
import { writeExceptionResponse } from './exception.ts';
import { writeGetRequest, writeGetResponse } from './get.ts';
import {
  writeConfirmedServiceError,
  writeInitiateRequest,
  writeInitiateResponse,
} from './initiate.ts';
import { writeDataNotification, writeEventNotification } from './notification.ts';
import { writeSetRequest, writeSetResponse } from './set.ts';
import { APDU_TAGS } from './tags.ts';
import type { XdlmsApdu } from './types.ts';

/** The octets of an APDU. @throws CodecError when a value does not fit its field */
export function encodeApdu(apdu: XdlmsApdu): Uint8Array {
  const writer = new ByteWriter();
  writer.octet('APDU tag', APDU_TAGS[apdu.service]);
  writeBody(writer, apdu);
  return writer.finish();
}

function writeBody(writer: ByteWriter, apdu: XdlmsApdu): void {
  switch (apdu.service) {
    case 'get-request':
      return writeGetRequest(writer, apdu);
    case 'get-response':
      return writeGetResponse(writer, apdu);
    case 'set-request':
      return writeSetRequest(writer, apdu);
    case 'set-response':
      return writeSetResponse(writer, apdu);
    case 'action-request':
      return writeActionRequest(writer, apdu);
    case 'action-response':
      return writeActionResponse(writer, apdu);
    case 'data-notification':
      return writeDataNotification(writer, apdu);
    case 'event-notification':
      return writeEventNotification(writer, apdu);
    case 'exception-response':
      return writeExceptionResponse(writer, apdu);
    case 'access-request':
      return writeAccessRequest(writer, apdu);
    case 'access-response':
      return writeAccessResponse(writer, apdu);
    case 'initiate-request':
      return writeInitiateRequest(writer, apdu);
    case 'initiate-response':
      return writeInitiateResponse(writer, apdu);
    case 'confirmed-service-error':
      return writeConfirmedServiceError(writer, apdu);
  }
}
