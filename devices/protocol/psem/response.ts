import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { BerReader } from '../c12-22/ber.ts';
import { psemChecksum } from './checksum.ts';
import {
  decodeNetworkAnswer,
  decodeTitles,
  encodeNetworkAnswer,
  isNetworkService,
} from './network-service.ts';
import type { C1222Response, NetworkServiceName } from './network-service.ts';
import { decodeData } from './request.ts';
import { responseCodeOf, RESPONSE_CODES } from './response-code.ts';
import type { Refusal } from './response-code.ts';
import type { PsemRefusal, PsemResponse, ServiceName, Timing } from './service.ts';
import type { DeviceIdentity } from './table-host.ts';

/** The bytes of a response. @throws CodecError when a value does not fit its field */
export function encodeResponse(response: C1222Response): Uint8Array {
  const writer = new ByteWriter();
  if ('refused' in response) {
    writer.octet('response', RESPONSE_CODES[response.refused]);
    if (response.maximum !== undefined)
      writer.unsigned('maximum', response.maximum, 4, 'big-endian');
    if ('titles' in response) for (const title of response.titles) writer.bytes(title.uid);
    return writer.finish();
  }
  writer.octet('response', RESPONSE_CODES.ok);
  switch (response.answers) {
    case 'identify': {
      const { standard, version, revision, features } = response.identity;
      writer.octet('standard', standard).octet('version', version).octet('revision', revision);
      return writer.bytes(features).octet('end of features', 0).finish();
    }
    case 'read':
      writer.unsigned('count', response.data.length, 2, 'big-endian').bytes(response.data);
      return writer.octet('checksum', psemChecksum(response.data)).finish();
    case 'logon':
      if (response.idleTimeoutS !== undefined) {
        writer.unsigned('idle timeout', response.idleTimeoutS, 2, 'big-endian');
      }
      return writer.finish();
    case 'authenticate':
      writer.octet('length', response.data.length + 1).octet('key id', response.keyId);
      return writer.bytes(response.data).finish();
    case 'negotiate':
      writer.unsigned('packet size', response.packetSize, 2, 'big-endian');
      writer.octet('number of packets', response.packets);
      return writer.octet('baud code', response.baudCode).finish();
    case 'timing-setup': {
      const { trafficS, interCharacterS, responseS, retries } = response.timing;
      return writer.bytes(Uint8Array.of(trafficS, interCharacterS, responseS, retries)).finish();
    }
    case 'terminate':
    case 'disconnect':
    case 'write':
    case 'security':
    case 'logoff':
    case 'wait':
      return writer.finish();
    case 'register':
    case 'deregister':
    case 'resolve':
    case 'trace':
      return encodeNetworkAnswer(writer, response);
  }
}

/**
 * Reads the response to a service: what its bytes mean depends on what was asked.
 * @throws CodecError for a code that is no response, missing or left-over fields, a bad checksum
 */
export function decodeResponse(bytes: Uint8Array, answers: ServiceName): PsemResponse;
export function decodeResponse(
  bytes: Uint8Array,
  answers: ServiceName | NetworkServiceName,
): C1222Response;
export function decodeResponse(
  bytes: Uint8Array,
  answers: ServiceName | NetworkServiceName,
): C1222Response {
  const reader = new ByteReader(bytes);
  const byte = reader.octet('response code');
  const code = responseCodeOf(byte);
  if (code === undefined) {
    const name = `0x${byte.toString(16).padStart(2, '0')}`;
    throw new CodecError(`${name} is no response code (20 to 7f are requests)`);
  }
  if (code !== 'ok') {
    const refusal = decodeRefusal(reader, code);
    if (answers === 'trace' && reader.left > 0) {
      return { ...refusal, titles: decodeTitles(new BerReader(bytes, reader.offset)) };
    }
    reader.end(`response to ${answers}`);
    return refusal;
  }
  if (isNetworkService(answers)) return decodeNetworkAnswer(answers, bytes);
  const response = decodeFields(reader, answers);
  reader.end(`response to ${answers}`);
  return response;
}

function decodeRefusal(reader: ByteReader, refused: Refusal): PsemRefusal {
  // Only the two size codes of C12.22 carry the greatest size that is possible.
  if (refused !== 'rqtl' && refused !== 'rstl') return { refused };
  return { refused, maximum: reader.unsigned('maximum', 4, 'big-endian') };
}

function decodeFields(reader: ByteReader, answers: ServiceName): PsemResponse {
  switch (answers) {
    case 'identify':
      return { answers, identity: decodeIdentity(reader) };
    case 'read':
      return { answers, data: decodeData(reader) };
    case 'logon':
      if (reader.left === 0) return { answers };
      return { answers, idleTimeoutS: reader.unsigned('idle timeout', 2, 'big-endian') };
    case 'authenticate': {
      const content = new ByteReader(reader.bytes('authentication', reader.octet('length')));
      return { answers, keyId: content.octet('key id'), data: content.rest() };
    }
    case 'negotiate':
      return {
        answers,
        packetSize: reader.unsigned('packet size', 2, 'big-endian'),
        packets: reader.octet('number of packets'),
        baudCode: reader.octet('baud code'),
      };
    case 'timing-setup':
      return { answers, timing: decodeTiming(reader) };
    case 'terminate':
    case 'disconnect':
    case 'write':
    case 'security':
    case 'logoff':
    case 'wait':
      return { answers };
  }
}

function decodeTiming(reader: ByteReader): Timing {
  return {
    trafficS: reader.octet('traffic time-out'),
    interCharacterS: reader.octet('inter-character time-out'),
    responseS: reader.octet('response time-out'),
    retries: reader.octet('retries'),
  };
}

function decodeIdentity(reader: ByteReader): DeviceIdentity {
  const standard = reader.octet('standard');
  const version = reader.octet('version');
  const revision = reader.octet('revision');
  // Features may hold zero bytes of their own, so their end is that of the response.
  const rest = reader.rest();
  if (rest.at(-1) !== 0) throw new CodecError('feature list: its closing 00 is missing');
  return { standard, version, revision, features: rest.slice(0, -1) };
}
