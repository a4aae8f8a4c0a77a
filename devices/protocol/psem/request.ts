import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { psemChecksum } from './checksum.ts';
import { decodeNetworkRequest, encodeNetworkRequest, networkServiceOf } from './network-service.ts';
import type { C1222Request } from './network-service.ts';
import type { PsemRequest, ReadPart, WritePart } from './service.ts';

/** The first byte is no service that this codec knows: a device answers sns. */
export class UnknownService extends CodecError {
  readonly code: number;
  constructor(code: number) {
    super(`service code 0x${code.toString(16).padStart(2, '0')} is unknown`);
    this.name = 'UnknownService';
    this.code = code;
  }
}

/** Which side of the family is spoken: C12.22 adds fields to Logon and Security, and services. */
type PsemDialect = 'c12-18' | 'c12-22';

const PASSWORD_LENGTH = 20;
const USER_LENGTH = 10;

/** The bytes of a request. @throws CodecError when a value does not fit its field */
export function encodeRequest(request: C1222Request): Uint8Array {
  const writer = new ByteWriter();
  switch (request.service) {
    case 'identify':
      return writer.octet('service', 0x20).finish();
    case 'terminate':
      return writer.octet('service', 0x21).finish();
    case 'disconnect':
      return writer.octet('service', 0x22).finish();
    case 'read':
      return encodeRead(writer, request.table, request.part);
    case 'write':
      return encodeWrite(writer, request.table, request.part, request.data);
    case 'logon':
      writer.octet('service', 0x50).unsigned('user id', request.userId, 2, 'big-endian');
      writer.bytes(exactly('user', request.user, USER_LENGTH));
      if (request.idleTimeoutS !== undefined) {
        writer.unsigned('idle timeout', request.idleTimeoutS, 2, 'big-endian');
      }
      return writer.finish();
    case 'security':
      writer.octet('service', 0x51).bytes(exactly('password', request.password, PASSWORD_LENGTH));
      if (request.userId !== undefined) writer.unsigned('user id', request.userId, 2, 'big-endian');
      return writer.finish();
    case 'logoff':
      return writer.octet('service', 0x52).finish();
    case 'authenticate':
      writer.octet('service', 0x53).octet('length', request.data.length + 1);
      return writer.octet('key id', request.keyId).bytes(request.data).finish();
    case 'negotiate':
      if (request.baudCodes.length > 11) throw new CodecError('more than 11 baud codes');
      writer.octet('service', 0x60 + request.baudCodes.length);
      writer.unsigned('packet size', request.packetSize, 2, 'big-endian');
      writer.octet('number of packets', request.packets);
      return writer.bytes(Uint8Array.from(request.baudCodes)).finish();
    case 'wait':
      return writer.octet('service', 0x70).octet('seconds', request.seconds).finish();
    case 'timing-setup':
      return writer
        .octet('service', 0x71)
        .octet('traffic time-out', request.timing.trafficS)
        .octet('inter-character time-out', request.timing.interCharacterS)
        .octet('response time-out', request.timing.responseS)
        .octet('retries', request.timing.retries)
        .finish();
    case 'register':
    case 'deregister':
    case 'resolve':
    case 'trace':
      return encodeNetworkRequest(request);
  }
}

function exactly(field: string, bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) {
    throw new CodecError(`${field}: ${length} bytes wanted, ${bytes.length} given`);
  }
  return bytes;
}

function encodeRead(writer: ByteWriter, table: number, part: ReadPart): Uint8Array {
  const head = (code: number) =>
    writer.octet('service', code).unsigned('table', table, 2, 'big-endian');
  switch (part.by) {
    case 'whole':
      return head(0x30).finish();
    case 'index':
      encodeIndex(head(0x30 + indexDepth(part.index)), part.index);
      return writer.unsigned('elements', part.elements, 2, 'big-endian').finish();
    case 'default':
      return writer.octet('service', 0x3e).finish();
    case 'offset':
      head(0x3f).unsigned('offset', part.offset, 3, 'big-endian');
      return writer.unsigned('count', part.count, 2, 'big-endian').finish();
  }
}

function encodeWrite(
  writer: ByteWriter,
  table: number,
  part: WritePart,
  data: Uint8Array,
): Uint8Array {
  const head = (code: number) =>
    writer.octet('service', code).unsigned('table', table, 2, 'big-endian');
  switch (part.by) {
    case 'whole':
      head(0x40);
      break;
    case 'index':
      encodeIndex(head(0x40 + indexDepth(part.index)), part.index);
      break;
    case 'offset':
      head(0x4f).unsigned('offset', part.offset, 3, 'big-endian');
      break;
  }
  writer.unsigned('count', data.length, 2, 'big-endian').bytes(data);
  return writer.octet('checksum', psemChecksum(data)).finish();
}

function indexDepth(index: readonly number[]): number {
  if (index.length < 1 || index.length > 9) {
    throw new CodecError(`index path: 1 to 9 levels, not ${index.length}`);
  }
  return index.length;
}

function encodeIndex(writer: ByteWriter, index: readonly number[]): void {
  for (const level of index) writer.unsigned('index', level, 2, 'big-endian');
}

/**
 * Reads one request.
 * @throws UnknownService when the first byte is none of the known services
 * @throws CodecError when fields are missing, left over, or the checksum of a write is wrong
 */
export function decodeRequest(bytes: Uint8Array, dialect?: 'c12-18'): PsemRequest;
export function decodeRequest(bytes: Uint8Array, dialect: PsemDialect): C1222Request;
export function decodeRequest(bytes: Uint8Array, dialect: PsemDialect = 'c12-18'): C1222Request {
  const [code = 0] = bytes;
  const network = dialect === 'c12-22' ? networkServiceOf(code) : undefined;
  if (network !== undefined) return decodeNetworkRequest(network, bytes);
  const reader = new ByteReader(bytes);
  const request = decodeFields(reader, dialect);
  reader.end(request.service);
  return request;
}

function decodeFields(reader: ByteReader, dialect: PsemDialect): PsemRequest {
  const code = reader.octet('service');
  if (code >= 0x30 && code <= 0x3f) return decodeRead(reader, code);
  if (code >= 0x40 && code <= 0x4f) return decodeWrite(reader, code);
  if (code >= 0x60 && code <= 0x6b) {
    const packetSize = reader.unsigned('packet size', 2, 'big-endian');
    const packets = reader.octet('number of packets');
    const baudCodes = [...reader.bytes('baud codes', code - 0x60)];
    return { service: 'negotiate', packetSize, packets, baudCodes };
  }
  switch (code) {
    case 0x20:
      return { service: 'identify' };
    case 0x21:
      return { service: 'terminate' };
    case 0x22:
      return { service: 'disconnect' };
    case 0x50: {
      const userId = reader.unsigned('user id', 2, 'big-endian');
      const user = reader.bytes('user', USER_LENGTH);
      if (dialect === 'c12-18') return { service: 'logon', userId, user };
      const idleTimeoutS = reader.unsigned('idle timeout', 2, 'big-endian');
      return { service: 'logon', userId, user, idleTimeoutS };
    }
    case 0x51: {
      const password = reader.bytes('password', PASSWORD_LENGTH);
      if (dialect === 'c12-18' || reader.left === 0) return { service: 'security', password };
      return { service: 'security', password, userId: reader.unsigned('user id', 2, 'big-endian') };
    }
    case 0x52:
      return { service: 'logoff' };
    case 0x53: {
      const content = new ByteReader(reader.bytes('authentication', reader.octet('length')));
      return { service: 'authenticate', keyId: content.octet('key id'), data: content.rest() };
    }
    case 0x70:
      return { service: 'wait', seconds: reader.octet('seconds') };
    case 0x71:
      return {
        service: 'timing-setup',
        timing: {
          trafficS: reader.octet('traffic time-out'),
          interCharacterS: reader.octet('inter-character time-out'),
          responseS: reader.octet('response time-out'),
          retries: reader.octet('retries'),
        },
      };
    default:
      throw new UnknownService(code);
  }
}

function decodeIndex(reader: ByteReader, depth: number): number[] {
  return Array.from({ length: depth }, () => reader.unsigned('index', 2, 'big-endian'));
}

function decodeRead(reader: ByteReader, code: number): PsemRequest {
  if (code > 0x39 && code < 0x3e) throw new UnknownService(code);
  if (code === 0x3e) return { service: 'read', table: 0, part: { by: 'default' } };
  const table = reader.unsigned('table', 2, 'big-endian');
  const part = (): ReadPart => {
    if (code === 0x30) return { by: 'whole' };
    if (code === 0x3f) {
      const offset = reader.unsigned('offset', 3, 'big-endian');
      return { by: 'offset', offset, count: reader.unsigned('count', 2, 'big-endian') };
    }
    const index = decodeIndex(reader, code - 0x30);
    return { by: 'index', index, elements: reader.unsigned('elements', 2, 'big-endian') };
  };
  return { service: 'read', table, part: part() };
}

function decodeWrite(reader: ByteReader, code: number): PsemRequest {
  // 4E, the default write, has no publicly confirmed layout: it is answered with sns.
  if (code > 0x49 && code < 0x4f) throw new UnknownService(code);
  const table = reader.unsigned('table', 2, 'big-endian');
  const part = (): WritePart => {
    if (code === 0x40) return { by: 'whole' };
    if (code === 0x4f) return { by: 'offset', offset: reader.unsigned('offset', 3, 'big-endian') };
    return { by: 'index', index: decodeIndex(reader, code - 0x40) };
  };
  return { service: 'write', table, part: part(), data: decodeData(reader) };
}

/** Count, data and checksum, as in writes and in answers to reads. @throws CodecError */
export function decodeData(reader: ByteReader): Uint8Array {
  const data = reader.bytes('data', reader.unsigned('count', 2, 'big-endian'));
  const sent = reader.octet('checksum');
  const computed = psemChecksum(data);
  if (sent !== computed) {
    throw new CodecError(`checksum over the data is ${computed}, ${sent} was sent`);
  }
  return data;
}
