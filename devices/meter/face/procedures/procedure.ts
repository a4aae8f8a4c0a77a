import type { TableContext, TableValue } from '../../../protocol/c12-19/tables.ts';
import type { ProcedureName } from '../../../protocol/c12-19/procedures.ts';
import type { Meters } from '../../columns.ts';
import type { MeterInput } from '../../input.ts';
import type { Operation } from '../../operations.ts';

/** ST8 RESULT_CODE; 1 (accepted, not finished) is left out: whatever is started here is done at once. */
export const RESULT = {
  completed: 0,
  invalidParameter: 2,
  /** Something else is set up or under way. */
  conflict: 3,
  /** It is too early for it. */
  timing: 4,
  notAuthorised: 5,
  unknown: 6,
} as const;

/** SHA-256; the model may not know where it comes from. @returns 32 bytes */
export type Digest = (bytes: Uint8Array) => Uint8Array;

/** What a procedure has to work with. */
export interface ProcedureCall {
  readonly meters: Meters;
  readonly row: number;
  readonly nowNs: number;
  readonly context: TableContext;
  readonly sha256: Digest;
  /** Hands an input to the model at the present instant. */
  readonly give: (input: MeterInput) => void;
}

export interface ProcedureAnswer {
  readonly result: number;
  /** RESP_DATA, as the layout of the procedure's answer wants it. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Does a standard procedure. */
export type Procedure = (call: ProcedureCall, parameters: TableValue) => ProcedureAnswer;
export type StandardProcedures = Readonly<Partial<Record<ProcedureName, Procedure>>>;

export const COMPLETED: ProcedureAnswer = { result: RESULT.completed };
export const INVALID: ProcedureAnswer = { result: RESULT.invalidParameter };
export const CONFLICT: ProcedureAnswer = { result: RESULT.conflict };

/** Has the model do an operation: all questions were asked. */
export function operation(call: ProcedureCall, asked: Operation): ProcedureAnswer {
  call.give({ kind: 'operation', operation: asked });
  return COMPLETED;
}
