import type { ResponseCode } from './response-code.ts';
import type { TableOperation } from './table-host.ts';

/**
 * Who may do what with which table. The shape follows what a recorded GE I-210+c answers to a
 * reader without password: some tables are open, protected ones answer isc, one answers dlk,
 * and all that it has not, or that cannot be read (ST7), answers iar.
 */
export interface AccessRules {
  /** Readable after Logon. */
  readonly open: ReadonlySet<number>;
  /** Readable after Security. */
  readonly secured: ReadonlySet<number>;
  /** Present, but locked at the moment for everybody. */
  readonly locked: ReadonlySet<number>;
  /** Writable after Security. */
  readonly writable: ReadonlySet<number>;
}

/** Applies the rules to one operation. */
export function checkAccess(
  rules: AccessRules,
  table: number,
  operation: TableOperation,
  secured: boolean,
): ResponseCode {
  if (rules.locked.has(table)) return 'dlk';
  switch (operation) {
    case 'read':
      if (rules.open.has(table)) return 'ok';
      if (!rules.secured.has(table)) return 'iar';
      return secured ? 'ok' : 'isc';
    case 'write':
      if (!rules.writable.has(table)) return 'iar';
      return secured ? 'ok' : 'isc';
  }
}

/**
 * Compares a password as sent in the 20 bytes of a Security request with the meter's. Clients
 * pad with 00 (Termineter, GE) or with spaces, so trailing padding of either kind is left out.
 */
export function samePassword(expected: Uint8Array, sent: Uint8Array): boolean {
  const left = withoutPadding(expected);
  const right = withoutPadding(sent);
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Leaves out trailing 00 and 20. */
export function withoutPadding(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x00 || bytes[end - 1] === 0x20)) end--;
  return bytes.subarray(0, end);
}
