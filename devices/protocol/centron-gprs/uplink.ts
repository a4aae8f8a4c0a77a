/** What the module says by itself, as PSEM services for EPSEM, and what it is answered. */
import type { MeterIdentity } from '../../domain/identity.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { ApTitle } from '../c12-22/ap-title.ts';
import type { ApduQualifier } from '../c12-22/apdu.ts';
import type { ResponseControl } from '../c12-22/epsem.ts';
import { CONNECTION_TYPE_BITS, NODE_TYPE_BITS } from '../psem/network-service.ts';
import type { C1222Request, Registration } from '../psem/network-service.ts';
import { encodeRequest } from '../psem/request.ts';
import { encodeResponse } from '../psem/response.ts';
import { expandServices } from './compression.ts';
import type { Field } from './fields.ts';
import type { Uplink, UplinkAnswer, UplinkKind } from './messages.ts';
import {
  decodeRequests,
  decodeResponses,
  decodeTable,
  encodeRefusal,
  encodeTableAnswer,
  encodeTableWrite,
  NotInProfile,
} from './profile-services.ts';
import {
  CLOCK_REFERENCE_LAYOUT,
  CLOCK_REFERENCE_TABLE,
  UPLINK_LAYOUTS,
  UPLINK_TABLES,
} from './tables.ts';

type UplinkService = 'register' | 'write' | 'read';

/** The services of an uplink, in their order; all but two are a single Write. */
function servicesOf(kind: UplinkKind): readonly UplinkService[] {
  if (kind === 'registration') return ['register', 'write'];
  return kind === 'clock-reference-request' ? ['write', 'read'] : ['write'];
}

const KINDS = new Map<number, UplinkKind>(
  Object.entries(UPLINK_TABLES).map(([kind, table]) => [table, kind as UplinkKind]),
);

const QUALIFIERS: Readonly<Record<UplinkKind, ApduQualifier>> = {
  'auto-configuration': {},
  registration: {},
  'registration-confirmed': {},
  'clock-reference-request': {},
  heartbeat: { notification: true },
  'interval-report': { notification: true },
  'clock-deviation': { notification: true },
  'last-gasp': { notification: true, urgent: true },
  restoration: { notification: true, urgent: true },
  'event-alarm': { notification: true, urgent: true },
};

/** When the module wants an answer: a heartbeat has nothing that could be repeated. */
export function uplinkResponseControl(kind: UplinkKind): ResponseControl {
  return kind === 'heartbeat' ? 'never' : 'always';
}

/** How the calling AE qualifier marks an uplink. */
export function uplinkQualifier(kind: UplinkKind): ApduQualifier {
  return QUALIFIERS[kind];
}

/** The requests that say an uplink. @throws CodecError when a value does not fit its field */
export function encodeUplink(uplink: Uplink): Uint8Array[] {
  const write = encodeTableWrite(UPLINK_TABLES[uplink.kind], layoutOf(uplink.kind), uplink);
  switch (uplink.kind) {
    case 'registration': {
      const registration = registrationOf(ApTitle.of(uplink.apTitle), uplink.identity);
      return [encodeRequest({ service: 'register', registration }), write];
    }
    case 'clock-reference-request':
      return [write, encodeRequest(READ_CLOCK)];
    case 'auto-configuration':
    case 'registration-confirmed':
    case 'heartbeat':
    case 'clock-deviation':
    case 'last-gasp':
    case 'restoration':
    case 'interval-report':
    case 'event-alarm':
      return [write];
  }
}

const READ_CLOCK: C1222Request = {
  service: 'read',
  table: CLOCK_REFERENCE_TABLE,
  part: { by: 'whole' },
};

/** Which layout belongs to a kind is checked where they are listed; here the pair is a union. */
function layoutOf(kind: UplinkKind): Field<Uplink> {
  return UPLINK_LAYOUTS[kind] as Field<Uplink>;
}

/** DEVICE_CLASS of ST0. */
const DEVICE_CLASS = Uint8Array.from('MBCH', (character) => character.charCodeAt(0));
const CONNECTION_TYPE =
  CONNECTION_TYPE_BITS.connectionless |
  CONNECTION_TYPE_BITS.acceptsConnectionless |
  CONNECTION_TYPE_BITS.playbackRejection;

/**
 * The standard's part of a registration. There is no native address: behind a carrier's NAT only
 * the one that the host sees is of use. A period of 0 leaves it to the host.
 */
function registrationOf(title: ApTitle, identity: MeterIdentity): Registration {
  return {
    nodeType: NODE_TYPE_BITS.endDevice,
    connectionType: CONNECTION_TYPE,
    deviceClass: DEVICE_CLASS,
    title,
    serialNumber: serialNumberOf(identity.serial),
    nativeAddress: new Uint8Array(),
    periodS: 0,
  };
}

/** C12.22 wants an identifier: one arc a character keeps leading zeros and letters. */
function serialNumberOf(serial: string): ApTitle {
  return ApTitle.of(Array.from(serial, (character) => `.${character.charCodeAt(0)}`).join(''));
}

/**
 * Reads the requests of an APDU as one uplink, compressed or not.
 * @throws CodecError when they are none; give it to refuseAll for the answer
 */
export function decodeUplink(services: readonly Uint8Array[]): Uplink {
  const requests = decodeRequests(expandServices(services));
  const write = requests.find((request) => request.service === 'write');
  if (write === undefined) {
    throw new NotInProfile(`uplink: a Write wanted, ${requests[0].service} found`, 'sns');
  }
  const kind = KINDS.get(write.table);
  if (kind === undefined || write.part.by !== 'whole') {
    throw new NotInProfile(`uplink: no full Write of table ${write.table} is known`, 'iar');
  }
  checkServices(kind, requests);
  const body = decodeTable(layoutOf(kind), write.data, kind);
  const [first] = requests;
  if (first.service !== 'register') return { ...body, kind } as Uplink;
  const { title, serialNumber } = first.registration;
  const uplink = { ...body, kind, apTitle: title.toString() } as Uplink & { kind: 'registration' };
  if (!serialNumber.isSameAs(serialNumberOf(uplink.identity.serial))) {
    throw new CodecError('registration: Register and identity name different serial numbers');
  }
  return uplink;
}

function checkServices(kind: UplinkKind, requests: readonly C1222Request[]): void {
  const [wanted, found] = [servicesOf(kind).join(), requests.map((one) => one.service).join()];
  if (wanted !== found) throw new CodecError(`${kind}: ${wanted} wanted, ${found} found`);
  const read = requests.find((request) => request.service === 'read');
  if (read !== undefined && (read.table !== CLOCK_REFERENCE_TABLE || read.part.by !== 'whole')) {
    throw new NotInProfile(`${kind}: no such Read of table ${read.table} is known`, 'iar');
  }
}

/**
 * The responses to an uplink, one for each of its services.
 * @throws CodecError when the answer does not belong to the kind, or a value does not fit
 */
export function encodeUplinkAnswer(kind: UplinkKind, answer: UplinkAnswer): Uint8Array[] {
  const services = servicesOf(kind);
  if (answer.outcome === 'refused') return services.map(() => encodeRefusal(answer.code));
  if (answer.outcome !== outcomeOf(kind)) {
    throw new CodecError(`${kind}: '${outcomeOf(kind)}' wanted, '${answer.outcome}' given`);
  }
  const written = encodeResponse({ answers: 'write' });
  switch (answer.outcome) {
    case 'accepted':
      return [written];
    case 'registered': {
      const { apTitle, periodS } = answer;
      const title = ApTitle.of(apTitle);
      const registered = { title, delayS: 0, periodS, info: CONNECTION_TYPE };
      return [encodeResponse({ answers: 'register', registered }), written];
    }
    case 'clock-reference':
      return [written, encodeTableAnswer(CLOCK_REFERENCE_LAYOUT, answer)];
  }
}

/** What the host says to an uplink that it does not refuse. */
function outcomeOf(kind: UplinkKind): Exclude<UplinkAnswer['outcome'], 'refused'> {
  if (kind === 'registration') return 'registered';
  return kind === 'clock-reference-request' ? 'clock-reference' : 'accepted';
}

/** Reads the responses to an uplink of this kind. @throws CodecError */
export function decodeUplinkAnswer(
  kind: UplinkKind,
  services: readonly Uint8Array[],
): UplinkAnswer {
  let answer: UplinkAnswer = { outcome: 'accepted' };
  for (const response of decodeResponses(kind, services, servicesOf(kind))) {
    if ('refused' in response) return { outcome: 'refused', code: response.refused };
    if (response.answers === 'register') {
      const { title, periodS } = response.registered;
      answer = { outcome: 'registered', apTitle: title.toString(), periodS };
    } else if (response.answers === 'read') {
      const reference = decodeTable(CLOCK_REFERENCE_LAYOUT, response.data, 'clock reference');
      answer = { outcome: 'clock-reference', ...reference };
    }
  }
  return answer;
}
