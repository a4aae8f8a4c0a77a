/**
 * PSEM services as values. Integers in service headers are big-endian; the contents of tables
 * follow the byte order that ST0 declares and are opaque here.
 * C12.18 clause "PSEM", facts per service in docs of {@link PsemRequest}.
 */
import type { DeviceIdentity } from './table-host.ts';
import type { Refusal } from './response-code.ts';

/** What every service request is called here; the key under which a state machine lists it. */
export type ServiceName = PsemRequest['service'];

export type PsemRequest =
  | { readonly service: 'identify' }
  | { readonly service: 'terminate' }
  | { readonly service: 'disconnect' }
  | { readonly service: 'read'; readonly table: number; readonly part: ReadPart }
  | {
      readonly service: 'write';
      readonly table: number;
      readonly part: WritePart;
      readonly data: Uint8Array;
    }
  | {
      readonly service: 'logon';
      readonly userId: number;
      /** Ten bytes as sent. */
      readonly user: Uint8Array;
      /** C12.22 only: seconds. */
      readonly idleTimeoutS?: number;
    }
  | {
      readonly service: 'security';
      /** Twenty bytes as sent. */
      readonly password: Uint8Array;
      /** C12.22 without a session only. */
      readonly userId?: number;
    }
  | { readonly service: 'logoff' }
  /** C12.21: key id and data, whose length depends on the algorithm. */
  | { readonly service: 'authenticate'; readonly keyId: number; readonly data: Uint8Array }
  | {
      readonly service: 'negotiate';
      readonly packetSize: number;
      readonly packets: number;
      readonly baudCodes: readonly number[];
    }
  | { readonly service: 'wait'; readonly seconds: number }
  /** C12.21. */
  | { readonly service: 'timing-setup'; readonly timing: Timing };

/**
 * All of a table, a range of bytes, elements under an index path, or the default table: which
 * one that is only the device knows, so a default read's own table number is 0 and not sent.
 */
export type ReadPart =
  | { readonly by: 'whole' }
  | { readonly by: 'offset'; readonly offset: number; readonly count: number }
  | { readonly by: 'index'; readonly index: readonly number[]; readonly elements: number }
  | { readonly by: 'default' };

export type WritePart =
  | { readonly by: 'whole' }
  | { readonly by: 'offset'; readonly offset: number }
  | { readonly by: 'index'; readonly index: readonly number[] };

/** C12.21 Timing setup, seconds and a count. */
export interface Timing {
  readonly trafficS: number;
  readonly interCharacterS: number;
  readonly responseS: number;
  readonly retries: number;
}

export interface PsemRefusal {
  readonly refused: Refusal;
  /** With rqtl and rstl: the greatest size that is possible. */
  readonly maximum?: number;
}

/** A response: a refusal, or what the service that it answers returns. */
export type PsemResponse =
  | PsemRefusal
  | { readonly answers: 'identify'; readonly identity: DeviceIdentity }
  | { readonly answers: 'read'; readonly data: Uint8Array }
  | { readonly answers: 'logon'; readonly idleTimeoutS?: number }
  | { readonly answers: 'authenticate'; readonly keyId: number; readonly data: Uint8Array }
  | {
      readonly answers: 'negotiate';
      readonly packetSize: number;
      readonly packets: number;
      readonly baudCode: number;
    }
  | { readonly answers: 'timing-setup'; readonly timing: Timing }
  | {
      readonly answers: 'terminate' | 'disconnect' | 'write' | 'security' | 'logoff' | 'wait';
    };
