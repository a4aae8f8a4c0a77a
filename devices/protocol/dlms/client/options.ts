import type { DataNotification, EventNotification } from '../apdu/types.ts';
import type { CipheredForm, SecurityKeys } from '../security/types.ts';

/** How a client proves who it is. */
export type ClientAuthentication =
  | { readonly mechanism: 'lowest' }
  | { readonly mechanism: 'low'; readonly password: Uint8Array }
  /** GMAC. A challenge has 8 to 64 octets, is never used twice, and nobody can foresee it. */
  | { readonly mechanism: 'high-gmac'; readonly challenge: () => Uint8Array };

/** Keys and counters of a client: wanted for GMAC and for ciphering. */
export interface ClientSecurity {
  /** Eight octets, never those of the server. */
  readonly systemTitle: Uint8Array;
  /** The global keys of now; another when they were changed. */
  readonly keys: () => SecurityKeys;
  /** Never the same twice under one key. */
  readonly nextCounter: () => number;
  /** The server expects this counter or a higher one; `nextCounter` goes on there. */
  readonly adoptCounter: (expected: number) => void;
  /** Highest counter of this server that was seen under the present key; -1 for none. */
  readonly lastServerCounter: number;
  /** The server's title when it is known beforehand; else it is believed as the AARE tells it. */
  readonly serverTitle: Uint8Array | null;
}

/** How APDUs are ciphered; a dedicated key, 16 octets that nobody can foresee, with its forms. */
export type ClientCiphering =
  | { readonly form: Extract<CipheredForm, 'glo' | 'general-glo'> }
  | {
      readonly form: Extract<CipheredForm, 'ded' | 'general-ded'>;
      readonly dedicatedKey: () => Uint8Array;
    };

export interface DlmsClientOptions {
  readonly authentication: ClientAuthentication;
  /** Null: neither GMAC nor ciphering. */
  readonly security: ClientSecurity | null;
  /** Null: APDUs go in the clear. */
  readonly ciphering: ClientCiphering | null;
  /** 24 bits: what is proposed. */
  readonly conformance: number;
  /** Longest APDU that is taken, octets; 0 for no limit. */
  readonly maxReceivePduSize: number;
  /**
   * What the server sent of its own accord while an answer was awaited.
   * @param isProved it came ciphered, and is authentic
   */
  readonly onNotification?: (
    notification: DataNotification | EventNotification,
    isProved: boolean,
  ) => void;
}
