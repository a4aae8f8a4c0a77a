import type { ResponseCode, Refusal } from './response-code.ts';

export type TableOperation = 'read' | 'write';

/** What a device answers to Identify: the standard's number, its version and revision, features. */
export interface DeviceIdentity {
  /** 0 = C12.18, 2 = C12.21, 3 = C12.22. */
  readonly standard: number;
  readonly version: number;
  readonly revision: number;
  /** Encoded feature list without its closing 00; empty on a plain C12.18 meter. */
  readonly features: Uint8Array;
}

/**
 * The meter as a C12.18 or C12.22 server sees it. The server keeps the session (who is logged
 * on, whether a password was given) and slices partial reads; the host knows tables, passwords
 * and clearances. All calls return at once and are told the time in ns.
 *
 * Table numbers are wire ids: standard table n is n, manufacturer table n is 0x0800 + n.
 */
export interface TableHost {
  readonly identity: DeviceIdentity;
  /** Whether every service but Identify and Terminate is answered with bsy now; left out: never. */
  busy?(nowNs: number): boolean;
  /**
   * How often the device has started: a session of an earlier start is over, and the server ends
   * it. Left out: it never starts anew.
   */
  starts?(): number;
  /** Logon; `user` has its padding (trailing 00 and 20) removed. */
  logon(userId: number, user: string, nowNs: number): ResponseCode;
  /** Whether the 20 password bytes, as sent, give clearance (see {@link samePassword}). */
  security(password: Uint8Array, nowNs: number): boolean;
  /** Whether the operation is permitted; `secured` is true after a right password. */
  access(table: number, operation: TableOperation, secured: boolean): ResponseCode;
  /** All bytes of a table; only asked after `access` said ok. */
  readTable(table: number, nowNs: number): Uint8Array | Refusal;
  /**
   * Where the elements stand that an index path names: `elements` of them, counted from it on the
   * last level (0 is one). Only asked after `access` said ok; left out by a device without index
   * access.
   */
  locate?(
    table: number,
    index: readonly number[],
    elements: number,
    nowNs: number,
  ): { readonly offset: number; readonly count: number } | Refusal;
  /**
   * Writes a whole table (`offset` null) or a part of it; only asked after `access` said ok.
   * ST7 starts a procedure, whose result is then read from ST8.
   */
  writeTable(table: number, offset: number | null, bytes: Uint8Array, nowNs: number): ResponseCode;
  /** The session is over: by Logoff or Terminate, or abnormally (time-out, retries gone). */
  sessionEnded?(how: 'normally' | 'abnormally', nowNs: number): void;
}
