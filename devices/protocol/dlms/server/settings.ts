/** What meters do differently where the standard leaves it open, or where they are known to. */
export interface ServerSettings {
  /**
   * A client's invocation counter is not new:
   * - `exception`: it is told so, with the counter that is expected (as Gurux C does);
   * - `strict`: it is told as little as with a wrong tag; it reads the counter as public client;
   * - `close`: the connection is closed (GXF PR #1098 tells of such meters);
   * - `silent`: nothing happens.
   */
  readonly onBadCounter: 'strict' | 'exception' | 'close' | 'silent';
  /** An APDU for a client SAP or server SAP that there is not. */
  readonly onUnknownSap: 'silent' | 'close';
  /** Longest APDU that is taken, octets; told in the InitiateResponse. */
  readonly maxReceivePduSize: number;
  /** Most octets of a value that comes in blocks. */
  readonly longTransferBytesMost: number;
}

export const SERVER_DEFAULTS: ServerSettings = {
  onBadCounter: 'exception',
  onUnknownSap: 'silent',
  maxReceivePduSize: 1024,
  longTransferBytesMost: 1 << 20,
};
