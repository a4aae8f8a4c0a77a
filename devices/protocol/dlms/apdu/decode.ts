import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Report } from '../finding.ts';
import { readAccessRequest, readAccessResponse } from './access.ts';
import { readActionRequest, readActionResponse } from './action.ts';
import { readExceptionResponse } from './exception.ts';
import { readGetRequest, readGetResponse } from './get.ts';
import {
  readConfirmedServiceError,
  readInitiateRequest,
  readInitiateResponse,
} from './initiate.ts';
import { readDataNotification, readEventNotification } from './notification.ts';
import { readSetRequest, readSetResponse } from './set.ts';
import { APDU_TAGS, UnknownApdu } from './tags.ts';
import type { XdlmsApdu } from './types.ts';

export interface DecodeOptions {
  /** Takes a peer's faults, which are refused without it where they cost meaning. */
  readonly report?: Report;
}

/**
 * Reads one APDU that fills the octets.
 * @throws UnknownApdu when the tag is none of those here (a ciphered one is none)
 * @throws CodecError when the octets are no such APDU
 */
export function decodeApdu(octets: Uint8Array, { report }: DecodeOptions = {}): XdlmsApdu {
  const reader = new ByteReader(octets);
  const apdu = readBody(reader, reader.octet('APDU tag'), report);
  if (report !== undefined && reader.left > 0) {
    report({ name: 'octets-after-apdu', detail: `${reader.left} octets follow ${apdu.service}` });
    return apdu;
  }
  reader.end(apdu.service);
  return apdu;
}

function readBody(reader: ByteReader, tag: number, report?: Report): XdlmsApdu {
  switch (tag) {
    case APDU_TAGS['get-request']:
      return readGetRequest(reader);
    case APDU_TAGS['get-response']:
      return readGetResponse(reader);
    case APDU_TAGS['set-request']:
      return readSetRequest(reader);
    case APDU_TAGS['set-response']:
      return readSetResponse(reader);
    case APDU_TAGS['action-request']:
      return readActionRequest(reader);
    case APDU_TAGS['action-response']:
      return readActionResponse(reader);
    case APDU_TAGS['data-notification']:
      return readDataNotification(reader);
    case APDU_TAGS['event-notification']:
      return readEventNotification(reader, report);
    case APDU_TAGS['exception-response']:
      return readExceptionResponse(reader);
    case APDU_TAGS['access-request']:
      return readAccessRequest(reader);
    case APDU_TAGS['access-response']:
      return readAccessResponse(reader);
    case APDU_TAGS['initiate-request']:
      return readInitiateRequest(reader);
    case APDU_TAGS['initiate-response']:
      return readInitiateResponse(reader);
    case APDU_TAGS['confirmed-service-error']:
      return readConfirmedServiceError(reader);
    default:
      throw new UnknownApdu(tag);
  }
}
