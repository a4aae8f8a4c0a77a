/**
 * What goes with a procedure: its parameters in ST7 (PARM) and its answer in ST8 (RESP_DATA), as
 * layouts. Where neither a public source nor the project says what they are, they stay bytes: one
 * field, PARM or RESP_DATA, as hexadecimal text.
 */
import { CodecError } from '../bytes/codec-error.ts';
import { decodeRecord, encodeRecord } from './codec.ts';
import { formatsFor } from './formats.ts';
import { mode } from './general-tables.ts';
import { bits, ltime, record, rest } from './layout.ts';
import type { Layout, TableContext, TableValue } from './layout.ts';
import type { Procedure, ProcedureName } from './procedures.ts';
import { procedureNamed } from './procedures.ts';
import { PROJECT_PARAMETERS, PROJECT_RESPONSES } from './project/procedure-data.ts';
import { qualifier } from './time-tables.ts';

const NONE = record({});
const ANY_PARAMETERS = record({ PARM: rest });
const ANY_RESPONSE = record({ RESP_DATA: rest });

/** Names as in Termineter; 6 and 9 with its codes, 10 as the recorded MAX_PROC_PARM_LENGTH of 8 fits. */
const PARAMETERS: Readonly<Partial<Record<ProcedureName, Layout>>> = {
  'cold-start': NONE,
  'warm-start': NONE,
  'save-configuration': NONE,
  'clear-data': NONE,
  'change-end-device-mode': record({ ED_MODE: mode }),
  'clear-standard-status-flags': NONE,
  'clear-manufacturer-status-flags': NONE,
  'remote-reset': record({
    ACTION_FLAG: bits(1, {
      DEMAND_RESET_FLAG: 0,
      SELF_READ_FLAG: 1,
      SEASON_CHANGE_FLAG: 2,
      NEW_SEASON: [3, 6],
    }),
  }),
  'set-date-and-time': record({
    SET_MASK: bits(1, { SET_TIME_FLAG: 0, SET_DATE_FLAG: 1, SET_TIME_DATE_QUAL: 2 }),
    DATE_TIME: ltime,
    TIME_DATE_QUAL: qualifier,
  }),
  'execute-diagnostics': NONE,
  'start-load-profile': NONE,
  'stop-load-profile': NONE,
  'log-out': NONE,
  ...PROJECT_PARAMETERS,
};
const RESPONSES: Readonly<Partial<Record<ProcedureName, Layout>>> = PROJECT_RESPONSES;

/** Procedures are data of ST7 and ST8; both follow ST0 in the same way. */
const ST7 = 7;

function nameOf(procedure: Procedure): ProcedureName | undefined {
  if (typeof procedure === 'string') return procedure;
  return procedure.manufacturer === true ? undefined : procedureNamed(procedure.number);
}

function parameterLayout(procedure: Procedure): Layout {
  const name = nameOf(procedure);
  return (name === undefined ? undefined : PARAMETERS[name]) ?? ANY_PARAMETERS;
}

function responseLayout(procedure: Procedure): Layout {
  const name = nameOf(procedure);
  return (name === undefined ? undefined : RESPONSES[name]) ?? ANY_RESPONSE;
}

/**
 * Parameter bytes of ST7. Flags may be left out, and so may PARM.
 * @throws CodecError when a value is missing or does not fit, or ST0 is not in the context
 */
export function encodeProcedureParameters(
  procedure: Procedure,
  value: Readonly<Record<string, unknown>>,
  context: TableContext,
): Uint8Array {
  return about(procedure, 'parameters', () =>
    encodeRecord(
      parameterLayout(procedure),
      { PARM: '', ...value },
      context,
      formatsFor(ST7, context),
    ),
  );
}

/** The inverse of {@link encodeProcedureParameters}. @throws CodecError */
export function decodeProcedureParameters(
  procedure: Procedure,
  bytes: Uint8Array,
  context: TableContext,
): TableValue {
  return about(procedure, 'parameters', () =>
    decodeRecord(parameterLayout(procedure), bytes, context, formatsFor(ST7, context)),
  );
}

/** Response data of ST8. RESP_DATA may be left out. @throws CodecError */
export function encodeProcedureResponseData(
  procedure: Procedure,
  value: Readonly<Record<string, unknown>>,
  context: TableContext,
): Uint8Array {
  return about(procedure, 'response data', () =>
    encodeRecord(
      responseLayout(procedure),
      { RESP_DATA: '', ...value },
      context,
      formatsFor(ST7, context),
    ),
  );
}

/** The inverse of {@link encodeProcedureResponseData}. @throws CodecError */
export function decodeProcedureResponseData(
  procedure: Procedure,
  bytes: Uint8Array,
  context: TableContext,
): TableValue {
  return about(procedure, 'response data', () =>
    decodeRecord(responseLayout(procedure), bytes, context, formatsFor(ST7, context)),
  );
}

function about<T>(procedure: Procedure, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const name = typeof procedure === 'string' ? procedure : `procedure ${procedure.number}`;
    throw new CodecError(`${name}, ${what}: ${error.message}`, { cause: error });
  }
}
