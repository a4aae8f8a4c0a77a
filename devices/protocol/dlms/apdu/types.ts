/**
 * xDLMS APDUs with logical-name referencing as values (Green Book 8.3, `COSEMpdu_GB83.asn`). Names
 * are the standard's, in kebab case. Bytes: decode.ts and encode.ts beside this.
 */
import type { Data } from '../data.ts';
import type { Obis } from '../obis.ts';
import type { ActionResult, DataAccessResult, DataRefusal } from '../result.ts';

/** Invoke-Id-And-Priority: bits 0-3 id, 6 confirmed, 7 high priority. Echoed unchanged. */
export interface InvokeId {
  /** 0 to 15. */
  readonly id: number;
  readonly confirmed: boolean;
  readonly highPriority: boolean;
}

/** Long-Invoke-Id-And-Priority: bits 0-23 id, 28 self-descriptive, 29 break on error, 30 confirmed, 31 priority. */
export interface LongInvokeId {
  /** 0 to 2^24 - 1. */
  readonly id: number;
  readonly selfDescriptive: boolean;
  readonly breakOnError: boolean;
  readonly confirmed: boolean;
  readonly highPriority: boolean;
}

/** Cosem-Attribute-Descriptor, with the selection of a Get or Set where there is one. */
export interface AttributeDescriptor {
  readonly classId: number;
  readonly logicalName: Obis;
  readonly attribute: number;
}
export interface Selection {
  readonly selector: number;
  readonly parameters: Data;
}
export interface SelectedAttribute extends AttributeDescriptor {
  readonly selection: Selection | null;
}
export interface MethodDescriptor {
  readonly classId: number;
  readonly logicalName: Obis;
  readonly method: number;
}

/** Get-Data-Result. */
export type GetDataResult =
  | { readonly result: 'data'; readonly data: Data }
  | { readonly result: DataRefusal };

/** A block of raw bytes: a slice of what would stand there if it were not too long. */
export interface DataBlock {
  readonly last: boolean;
  /** Counted from 1. */
  readonly blockNumber: number;
  readonly raw: Uint8Array;
}

export type GetRequest = { readonly service: 'get-request'; readonly invokeId: InvokeId } & (
  | { readonly kind: 'normal'; readonly attribute: SelectedAttribute }
  | { readonly kind: 'next'; readonly blockNumber: number }
  | { readonly kind: 'with-list'; readonly attributes: readonly SelectedAttribute[] }
);

export type GetResponse = { readonly service: 'get-response'; readonly invokeId: InvokeId } & (
  | { readonly kind: 'normal'; readonly result: GetDataResult }
  /** `block.raw` of the last block is null when the transfer failed with `result`. */
  | {
      readonly kind: 'with-datablock';
      readonly last: boolean;
      readonly blockNumber: number;
      readonly block: { readonly raw: Uint8Array } | { readonly result: DataRefusal };
    }
  | { readonly kind: 'with-list'; readonly results: readonly GetDataResult[] }
);

export type SetRequest = { readonly service: 'set-request'; readonly invokeId: InvokeId } & (
  | { readonly kind: 'normal'; readonly attribute: SelectedAttribute; readonly value: Data }
  | {
      readonly kind: 'with-first-datablock';
      readonly attribute: SelectedAttribute;
      readonly block: DataBlock;
    }
  | { readonly kind: 'with-datablock'; readonly block: DataBlock }
  | {
      readonly kind: 'with-list';
      readonly attributes: readonly SelectedAttribute[];
      readonly values: readonly Data[];
    }
  | {
      readonly kind: 'with-list-and-first-datablock';
      readonly attributes: readonly SelectedAttribute[];
      readonly block: DataBlock;
    }
);

export type SetResponse = { readonly service: 'set-response'; readonly invokeId: InvokeId } & (
  | { readonly kind: 'normal'; readonly result: DataAccessResult }
  | { readonly kind: 'datablock'; readonly blockNumber: number }
  | {
      readonly kind: 'last-datablock';
      readonly result: DataAccessResult;
      readonly blockNumber: number;
    }
  | {
      readonly kind: 'last-datablock-with-list';
      readonly results: readonly DataAccessResult[];
      readonly blockNumber: number;
    }
  | { readonly kind: 'with-list'; readonly results: readonly DataAccessResult[] }
);

export type ActionRequest = { readonly service: 'action-request'; readonly invokeId: InvokeId } & (
  | {
      readonly kind: 'normal';
      readonly method: MethodDescriptor;
      readonly parameters: Data | null;
    }
  | { readonly kind: 'next-pblock'; readonly blockNumber: number }
  | {
      readonly kind: 'with-list';
      readonly methods: readonly MethodDescriptor[];
      readonly parameters: readonly Data[];
    }
  | {
      readonly kind: 'with-first-pblock';
      readonly method: MethodDescriptor;
      readonly block: DataBlock;
    }
  | {
      readonly kind: 'with-list-and-first-pblock';
      readonly methods: readonly MethodDescriptor[];
      readonly block: DataBlock;
    }
  | { readonly kind: 'with-pblock'; readonly block: DataBlock }
);

/** Action-Response-With-Optional-Data. */
export interface ActionAnswer {
  readonly result: ActionResult;
  readonly returned: GetDataResult | null;
}

export type ActionResponse = {
  readonly service: 'action-response';
  readonly invokeId: InvokeId;
} & (
  | { readonly kind: 'normal'; readonly answer: ActionAnswer }
  | { readonly kind: 'with-pblock'; readonly block: DataBlock }
  | { readonly kind: 'with-list'; readonly answers: readonly ActionAnswer[] }
  | { readonly kind: 'next-pblock'; readonly blockNumber: number }
);

/** Push of several values. The date-time is a plain octet-string, empty for none. */
export interface DataNotification {
  readonly service: 'data-notification';
  readonly longInvokeId: LongInvokeId;
  /** 12 octets, or none. */
  readonly dateTime: Uint8Array;
  readonly body: Data;
}

export interface EventNotification {
  readonly service: 'event-notification';
  /** 12 octets; null for none. */
  readonly time: Uint8Array | null;
  readonly attribute: AttributeDescriptor;
  readonly value: Data;
}

export type StateError = 'service-not-allowed' | 'service-unknown';
export type ServiceError =
  | 'operation-not-possible'
  | 'service-not-supported'
  | 'other-reason'
  | 'pdu-too-long'
  | 'deciphering-error'
  | 'invocation-counter-error';

export interface ExceptionResponse {
  readonly service: 'exception-response';
  readonly stateError: StateError;
  readonly serviceError: ServiceError;
  /** With `invocation-counter-error` alone: the counter that the server expects. */
  readonly expectedCounter: number | null;
}

/** Access-Request and Access-Response (D9, DA): several services of any kind in one APDU. */
export type AccessSpecification =
  | { readonly access: 'get' | 'set'; readonly attribute: SelectedAttribute }
  | { readonly access: 'action'; readonly method: MethodDescriptor };

export interface AccessRequest {
  readonly service: 'access-request';
  readonly longInvokeId: LongInvokeId;
  /** 12 octets, or none. */
  readonly dateTime: Uint8Array;
  readonly specifications: readonly AccessSpecification[];
  /** One for each specification; null-data for a Get. */
  readonly data: readonly Data[];
}

export type AccessResult =
  | { readonly access: 'get' | 'set'; readonly result: DataAccessResult }
  | { readonly access: 'action'; readonly result: ActionResult };

export interface AccessResponse {
  readonly service: 'access-response';
  readonly longInvokeId: LongInvokeId;
  readonly dateTime: Uint8Array;
  /** One for each specification; null-data where there is none. */
  readonly data: readonly Data[];
  readonly results: readonly AccessResult[];
}

/** xDLMS InitiateRequest and InitiateResponse. `conformance` is 24 bits, bit 0 the standard's bit 0 (the highest). */
export interface InitiateRequest {
  readonly service: 'initiate-request';
  readonly dedicatedKey: Uint8Array | null;
  readonly responseAllowed: boolean;
  readonly dlmsVersion: number;
  readonly conformance: number;
  /** Longest APDU that the client takes; 0 for no limit. */
  readonly clientMaxReceivePduSize: number;
}

export interface InitiateResponse {
  readonly service: 'initiate-response';
  readonly dlmsVersion: number;
  readonly conformance: number;
  readonly serverMaxReceivePduSize: number;
  /** 0x0007 for logical names. */
  readonly vaaName: number;
}

export type InitiateError =
  | 'dlms-version-too-low'
  | 'incompatible-conformance'
  | 'pdu-size-too-short'
  | 'refused-by-the-vde-handler'
  | 'other';

export interface ConfirmedServiceError {
  readonly service: 'confirmed-service-error';
  readonly initiateError: InitiateError;
}

/** An APDU of the application that is not ciphered. */
export type XdlmsApdu =
  | GetRequest
  | GetResponse
  | SetRequest
  | SetResponse
  | ActionRequest
  | ActionResponse
  | DataNotification
  | EventNotification
  | ExceptionResponse
  | AccessRequest
  | AccessResponse
  | InitiateRequest
  | InitiateResponse
  | ConfirmedServiceError;
