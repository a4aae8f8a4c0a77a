/** Procedures of C12.19: started by writing ST7, answered in ST8. */
import { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteOrder } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { NETWORK_PROCEDURES } from './project/network-procedures.ts';

/** Numbers of the standard procedures. */
export const PROCEDURES = {
  'cold-start': 0,
  'warm-start': 1,
  'save-configuration': 2,
  'clear-data': 3,
  'reset-list-pointers': 4,
  'update-last-read-entry': 5,
  'change-end-device-mode': 6,
  'clear-standard-status-flags': 7,
  'clear-manufacturer-status-flags': 8,
  'remote-reset': 9,
  'set-date-and-time': 10,
  'execute-diagnostics': 11,
  'activate-all-pending-tables': 12,
  'activate-specific-pending-tables': 13,
  'clear-all-pending-tables': 14,
  'clear-specific-pending-tables': 15,
  'start-load-profile': 16,
  'stop-load-profile': 17,
  'log-in': 18,
  'log-out': 19,
  'initiate-immediate-call': 20,
  'direct-load-control': 21,
  'modify-credit': 22,
  deregister: 24,
  ...NETWORK_PROCEDURES,
  'clear-pending-call-status': 27,
  'start-quality-of-service-monitors': 28,
  'stop-quality-of-service-monitors': 29,
  'start-secured-registers': 30,
  'stop-secured-registers': 31,
  'set-precision-date-and-time': 32,
} as const;

export type ProcedureName = keyof typeof PROCEDURES;

/** ST8 RESULT_CODE. */
export const PROCEDURE_RESULTS: Readonly<Record<number, string>> = {
  0: 'completed',
  1: 'accepted, not finished',
  2: 'invalid parameter',
  3: 'conflicts with the present setup',
  4: 'timing constraint',
  5: 'not authorised',
  6: 'unknown procedure',
};

export type Procedure =
  | ProcedureName
  | { readonly number: number; readonly manufacturer?: boolean };

/** TABLE_IDB SELECTOR (bits 12 to 15): when ST8 gets an answer. */
export const PROCEDURE_SELECTORS = {
  'on-completion': 0,
  'on-exception': 1,
  never: 2,
  'at-once-and-on-completion': 3,
} as const;
export type ProcedureSelector = keyof typeof PROCEDURE_SELECTORS;

const NUMBER_BITS = 0x7ff;
const MANUFACTURER_FLAG = 0x800;
const SELECTOR_SHIFT = 12;

/** TABLE_IDB without its selector: number in bits 0 to 10, manufacturer in bit 11. */
function procedureId(procedure: Procedure): number {
  if (typeof procedure === 'string') return PROCEDURES[procedure];
  if (
    !Number.isInteger(procedure.number) ||
    procedure.number < 0 ||
    procedure.number > NUMBER_BITS
  ) {
    throw new CodecError(`procedure: number ${procedure.number} is not within 0 to ${NUMBER_BITS}`);
  }
  return procedure.number | (procedure.manufacturer === true ? MANUFACTURER_FLAG : 0);
}

/** The name of a standard procedure's number; undefined where it has none. */
export function procedureNamed(number: number): ProcedureName | undefined {
  return (Object.keys(PROCEDURES) as ProcedureName[]).find((name) => PROCEDURES[name] === number);
}

/** Number and name of a procedure, for people. */
export function procedureText(number: number, manufacturer: boolean): string {
  if (manufacturer) return `manufacturer procedure ${number}`;
  return `procedure ${number} ${procedureNamed(number) ?? 'reserved'}`;
}

/** Bytes to write to ST7. @throws CodecError */
export function encodeProcedure(
  procedure: Procedure,
  sequence: number,
  parameters: Uint8Array,
  order: ByteOrder,
  selector: ProcedureSelector = 'on-completion',
): Uint8Array {
  const id = procedureId(procedure) | (PROCEDURE_SELECTORS[selector] << SELECTOR_SHIFT);
  return new ByteWriter()
    .unsigned('procedure', id, 2, order)
    .octet('sequence number', sequence)
    .bytes(parameters)
    .finish();
}

/**
 * Reads ST8 as the response to one start of a procedure.
 * @throws CodecError when it is that of another procedure or another start
 */
export function decodeProcedureResponse(
  bytes: Uint8Array,
  started: { readonly procedure: Procedure; readonly sequence: number },
  order: ByteOrder,
): { resultCode: number; response: Uint8Array; selector: number } {
  const reader = new ByteReader(bytes);
  const field = reader.unsigned('procedure', 2, order);
  const id = field & (NUMBER_BITS | MANUFACTURER_FLAG);
  const sequence = reader.octet('sequence number');
  const wanted = procedureId(started.procedure);
  if (id !== wanted || sequence !== started.sequence) {
    throw new CodecError(
      `ST8 holds procedure ${id} with sequence number ${sequence}, ` +
        `${wanted} with ${started.sequence} was started`,
    );
  }
  return {
    resultCode: reader.octet('result code'),
    response: reader.rest(),
    selector: field >> SELECTOR_SHIFT,
  };
}
