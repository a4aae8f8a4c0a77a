/** What both ends agreed upon when the association was made. */
export interface Negotiated {
  /** 24 bits: what the client proposed and the association can do. */
  readonly conformance: number;
  /** Longest APDU that the client takes, ciphering included, octets. */
  readonly clientMaxReceivePduSize: number;
}

/** The only version of DLMS that there is. */
export const DLMS_VERSION = 6;

/** The wrapper's length field; for a client that sets no limit. */
export const LONGEST_APDU = 0xffff;
