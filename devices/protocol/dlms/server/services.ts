/** What the services of an association have in common: what they work on, and what they may not. */
import type {
  AccessRequest,
  ActionRequest,
  ExceptionResponse,
  GetRequest,
  ServiceError,
  SetRequest,
  StateError,
} from '../apdu/types.ts';
import { type ConformanceBit, conforms } from '../conformance.ts';
import type { IncomingTransfer, OutgoingTransfer } from './long-transfer.ts';
import type { AccessContext } from './object-access.ts';

export type ServiceRequest = GetRequest | SetRequest | ActionRequest | AccessRequest;

/** One request of an association, and what is left of those before. */
export interface ServiceContext extends AccessContext {
  /** Octets that the answer may have before it is ciphered. */
  readonly room: number;
  readonly longTransferOctetsMost: number;
  /** Goes on from request to request; a request that is no part of it ends it. */
  readonly longTransfer: LongTransfer;
}

export interface LongTransfer {
  current: OutgoingTransfer | IncomingTransfer | null;
}

/** What is answered: octets, or an exception, which is never ciphered. */
export type Answer = Uint8Array | ExceptionResponse;

export function exception(
  stateError: StateError,
  serviceError: ServiceError,
  expectedCounter: number | null = null,
): ExceptionResponse {
  return { service: 'exception-response', stateError, serviceError, expectedCounter };
}

type ServiceKind =
  | `get-request ${GetRequest['kind']}`
  | `set-request ${SetRequest['kind']}`
  | `action-request ${ActionRequest['kind']}`
  | 'access-request';

/** What has to be negotiated for a request to be heard. */
const NEEDS: Readonly<Record<ServiceKind, readonly ConformanceBit[]>> = {
  'get-request normal': ['get'],
  'get-request next': ['get'],
  'get-request with-list': ['get', 'multiple-references'],
  'set-request normal': ['set'],
  'set-request with-list': ['set', 'multiple-references'],
  'set-request with-first-datablock': ['set', 'block-transfer-with-set-or-write'],
  'set-request with-datablock': ['set', 'block-transfer-with-set-or-write'],
  'set-request with-list-and-first-datablock': [
    'set',
    'multiple-references',
    'block-transfer-with-set-or-write',
  ],
  'action-request normal': ['action'],
  'action-request next-pblock': ['action'],
  'action-request with-list': ['action', 'multiple-references'],
  'action-request with-first-pblock': ['action', 'block-transfer-with-action'],
  'action-request with-pblock': ['action', 'block-transfer-with-action'],
  'action-request with-list-and-first-pblock': [
    'action',
    'multiple-references',
    'block-transfer-with-action',
  ],
  'access-request': ['access'],
};

export function isNegotiated(request: ServiceRequest, conformance: number): boolean {
  const kind =
    request.service === 'access-request'
      ? request.service
      : (`${request.service} ${request.kind}` as ServiceKind);
  return NEEDS[kind].every((bit) => conforms(conformance, bit));
}
