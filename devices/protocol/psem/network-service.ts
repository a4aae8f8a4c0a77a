/**
 * The services of the C12.22 network, by which nodes enter it, leave it and find each other
 * (IEEE 1703-2012 5.3.2.4.10 to 5.3.2.4.13). C12.18 devices do not know them.
 */
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { ApTitle } from '../c12-22/ap-title.ts';
import { BerReader } from '../c12-22/ber.ts';
import type { PsemRefusal, PsemRequest, PsemResponse } from './service.ts';

/** What a registering node is. */
export const NODE_TYPE_BITS = {
  relay: 0x01,
  masterRelay: 0x02,
  host: 0x04,
  notificationHost: 0x08,
  authenticationHost: 0x10,
  endDevice: 0x20,
  ownDomainPattern: 0x80,
} as const;

/** How a registering node can be reached. */
export const CONNECTION_TYPE_BITS = {
  broadcast: 0x01,
  messageWindow: 0x02,
  playbackRejection: 0x04,
  connectionless: 0x10,
  acceptsConnectionless: 0x20,
  connection: 0x40,
  acceptsConnections: 0x80,
} as const;

/** What a node tells when it registers. */
export interface Registration {
  /** {@link NODE_TYPE_BITS}. */
  readonly nodeType: number;
  /** {@link CONNECTION_TYPE_BITS}. */
  readonly connectionType: number;
  /** Four bytes. */
  readonly deviceClass: Uint8Array;
  readonly title: ApTitle;
  readonly serialNumber: ApTitle;
  readonly nativeAddress: Uint8Array;
  /** For how long, seconds. */
  readonly periodS: number;
  /** There exactly when the node type has `ownDomainPattern`. */
  readonly domainPattern?: Uint8Array;
}

export type NetworkRequest =
  | { readonly service: 'register'; readonly registration: Registration }
  | { readonly service: 'deregister' | 'resolve'; readonly title: ApTitle }
  /** Each node on the way adds its own title. */
  | { readonly service: 'trace'; readonly titles: readonly ApTitle[] };

export type NetworkServiceName = NetworkRequest['service'];

/** What a node is told that may register. */
export interface Registered {
  readonly title: ApTitle;
  /** The registration delay, seconds. */
  readonly delayS: number;
  /** When it has to register again, seconds. */
  readonly periodS: number;
  /** {@link CONNECTION_TYPE_BITS}, but bit 0 says that direct messages are possible. */
  readonly info: number;
}

export type NetworkAnswer =
  | { readonly answers: 'register'; readonly registered: Registered }
  | { readonly answers: 'deregister' }
  | { readonly answers: 'resolve'; readonly nativeAddress: Uint8Array }
  | { readonly answers: 'trace'; readonly titles: readonly ApTitle[] };

/** All that a C12.22 node may be asked, and may answer. */
export type C1222Request = PsemRequest | NetworkRequest;

/** What is asked of any node as a member of the network, and nothing of the device behind it. */
export type MemberRequest = Extract<
  C1222Request,
  { service: 'identify' | 'terminate' | 'disconnect' | 'deregister' | 'resolve' | 'trace' }
>;

export const MEMBER_SERVICES: ReadonlySet<C1222Request['service']> = new Set<
  MemberRequest['service']
>(['identify', 'terminate', 'disconnect', 'deregister', 'resolve', 'trace']);

export type C1222Response = PsemResponse | NetworkAnswer | TraceRefusal;

/** A trace that ended on its way tells how far it came. */
interface TraceRefusal extends PsemRefusal {
  readonly titles: readonly ApTitle[];
}

const NETWORK_SERVICE_CODES = {
  deregister: 0x24,
  resolve: 0x25,
  trace: 0x26,
  register: 0x27,
} as const;

const NAMES = new Map<number, NetworkServiceName>(
  Object.entries(NETWORK_SERVICE_CODES).map(([name, code]) => [code, name as NetworkServiceName]),
);

const DEVICE_CLASS_LENGTH = 4;

/** The service with this code; undefined when it is none of the network's. */
export function networkServiceOf(code: number): NetworkServiceName | undefined {
  return NAMES.get(code);
}

/** Whether the service is one of the network's. */
export function isNetworkService(service: string): service is NetworkServiceName {
  return service in NETWORK_SERVICE_CODES;
}

/** The bytes of a request. @throws CodecError when a value does not fit its field */
export function encodeNetworkRequest(request: NetworkRequest): Uint8Array {
  const writer = new ByteWriter().octet('service', NETWORK_SERVICE_CODES[request.service]);
  switch (request.service) {
    case 'register':
      return encodeRegistration(writer, request.registration);
    case 'deregister':
    case 'resolve':
      return writer.bytes(request.title.uid).finish();
    case 'trace':
      for (const title of request.titles) writer.bytes(title.uid);
      return writer.finish();
  }
}

function encodeRegistration(writer: ByteWriter, registration: Registration): Uint8Array {
  const { deviceClass, nativeAddress, domainPattern } = registration;
  if (deviceClass.length !== DEVICE_CLASS_LENGTH) {
    throw new CodecError(`device class: 4 bytes wanted, ${deviceClass.length} given`);
  }
  if (hasDomainPattern(registration.nodeType) !== (domainPattern !== undefined)) {
    throw new CodecError('domain pattern: it is there exactly when the node type says so');
  }
  writer.octet('node type', registration.nodeType);
  writer.octet('connection type', registration.connectionType).bytes(deviceClass);
  writer.bytes(registration.title.uid).bytes(registration.serialNumber.uid);
  writer.octet('native address length', nativeAddress.length).bytes(nativeAddress);
  writer.unsigned('registration period', registration.periodS, 3, 'big-endian');
  if (domainPattern !== undefined) {
    writer.octet('domain pattern length', domainPattern.length).bytes(domainPattern);
  }
  return writer.finish();
}

function hasDomainPattern(nodeType: number): boolean {
  return (nodeType & NODE_TYPE_BITS.ownDomainPattern) !== 0;
}

/** Reads the bytes of a request to one of the network services. @throws CodecError */
export function decodeNetworkRequest(
  service: NetworkServiceName,
  bytes: Uint8Array,
): NetworkRequest {
  const reader = new BerReader(bytes, 1);
  const request = decodeRequestFields(service, reader);
  reader.end(service);
  return request;
}

function decodeRequestFields(service: NetworkServiceName, reader: BerReader): NetworkRequest {
  switch (service) {
    case 'register':
      return { service, registration: decodeRegistration(reader) };
    case 'deregister':
    case 'resolve':
      return { service, title: ApTitle.read(reader, 'ApTitle') };
    case 'trace':
      return { service, titles: decodeTitles(reader) };
  }
}

function decodeRegistration(reader: BerReader): Registration {
  const nodeType = reader.octet('node type');
  const registration = {
    nodeType,
    connectionType: reader.octet('connection type'),
    deviceClass: reader.copy('device class', DEVICE_CLASS_LENGTH),
    title: ApTitle.read(reader, 'ApTitle'),
    serialNumber: ApTitle.read(reader, 'serial number'),
    nativeAddress: decodeCounted(reader, 'native address'),
    periodS: reader.fixed('registration period', 3),
  };
  if (!hasDomainPattern(nodeType)) return registration;
  return { ...registration, domainPattern: decodeCounted(reader, 'domain pattern') };
}

function decodeCounted(reader: BerReader, field: string): Uint8Array {
  return reader.copy(field, reader.octet(`${field} length`));
}

/** All UIDs that are left. @throws CodecError */
export function decodeTitles(reader: BerReader): ApTitle[] {
  const titles: ApTitle[] = [];
  while (reader.left > 0) titles.push(ApTitle.read(reader, 'ApTitle'));
  return titles;
}

/** Writes what follows the ok of a response. @throws CodecError when a value does not fit */
export function encodeNetworkAnswer(writer: ByteWriter, response: NetworkAnswer): Uint8Array {
  switch (response.answers) {
    case 'register': {
      const { title, delayS, periodS, info } = response.registered;
      writer.bytes(title.uid).unsigned('registration delay', delayS, 2, 'big-endian');
      writer.unsigned('registration period', periodS, 3, 'big-endian');
      return writer.octet('registration info', info).finish();
    }
    case 'deregister':
      return writer.finish();
    case 'resolve':
      writer.octet('native address length', response.nativeAddress.length);
      return writer.bytes(response.nativeAddress).finish();
    case 'trace':
      for (const title of response.titles) writer.bytes(title.uid);
      return writer.finish();
  }
}

/**
 * Reads a response to one of the network services; its ok is already known.
 * @throws CodecError
 */
export function decodeNetworkAnswer(answers: NetworkServiceName, bytes: Uint8Array): NetworkAnswer {
  const reader = new BerReader(bytes, 1);
  const answer = decodeAnswerFields(answers, reader);
  reader.end(`response to ${answers}`);
  return answer;
}

function decodeAnswerFields(answers: NetworkServiceName, reader: BerReader): NetworkAnswer {
  switch (answers) {
    case 'register': {
      const title = ApTitle.read(reader, 'ApTitle');
      const delayS = reader.fixed('registration delay', 2);
      const periodS = reader.fixed('registration period', 3);
      return {
        answers,
        registered: { title, delayS, periodS, info: reader.octet('registration info') },
      };
    }
    case 'deregister':
      return { answers };
    case 'resolve':
      return { answers, nativeAddress: decodeCounted(reader, 'native address') };
    case 'trace':
      return { answers, titles: decodeTitles(reader) };
  }
}
