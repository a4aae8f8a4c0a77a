import { CodecError } from '../../../protocol/bytes/codec-error.ts';
import { toHex } from '../../../protocol/bytes/hex.ts';
import {
  decodeProcedureParameters,
  encodeProcedureResponseData,
} from '../../../protocol/c12-19/procedure-data.ts';
import {
  type ProcedureName,
  procedureNamed,
  PROCEDURES,
  PROCEDURE_SELECTORS,
} from '../../../protocol/c12-19/procedures.ts';
import { numberAt, valueAt } from '../../../protocol/c12-19/layout.ts';
import { decodeTable, encodeTable } from '../../../protocol/c12-19/tables.ts';
import { CLOCK_PROCEDURES } from './clock.ts';
import { MANUFACTURER_PROCEDURES } from './download.ts';
import { END_DEVICE_PROCEDURES } from './end-device.ts';
import { LIST_PROCEDURES } from './lists.ts';
import { PENDING_PROCEDURES } from './pending.ts';
import {
  INVALID,
  type ProcedureAnswer,
  type ProcedureCall,
  RESULT,
  type StandardProcedures,
} from './procedure.ts';

const ST7 = 7;
const ST8 = 8;

const STANDARD_PROCEDURES: StandardProcedures = {
  ...CLOCK_PROCEDURES,
  ...END_DEVICE_PROCEDURES,
  ...LIST_PROCEDURES,
  ...PENDING_PROCEDURES,
};

/** Numbers of the procedures that the meter has. */
export const PROCEDURES_USED = {
  standard: (Object.keys(STANDARD_PROCEDURES) as ProcedureName[])
    .map((name) => PROCEDURES[name])
    .toSorted((a, b) => a - b),
  manufacturer: [...MANUFACTURER_PROCEDURES.keys()],
} as const;

/**
 * Runs what was written to ST7.
 * @returns what ST8 answers from now on; null when its selector wants no answer
 * @throws CodecError when the bytes are no ST7
 */
export function runProcedure(call: ProcedureCall, bytes: Uint8Array): Uint8Array | null {
  const { context } = call;
  const started = decodeTable(ST7, bytes, context);
  const procedure = {
    number: numberAt(started, 'TABLE_IDB_BFLD.TBL_PROC_NBR'),
    manufacturer: valueAt(started, 'TABLE_IDB_BFLD.MFG_FLAG') === true,
  };
  // Procedure number and sequence number come before them: three bytes.
  const parameters = bytes.subarray(3);
  const answer = procedure.manufacturer
    ? ofManufacturer(call, procedure.number, parameters)
    : ofStandard(call, procedureNamed(procedure.number), parameters);
  if (!isWanted(numberAt(started, 'TABLE_IDB_BFLD.SELECTOR'), answer)) return null;
  const { result, data = {} } = answer;
  return encodeTable(
    ST8,
    {
      TABLE_IDB_BFLD: started['TABLE_IDB_BFLD'],
      SEQ_NBR: started['SEQ_NBR'],
      RESULT_CODE: result,
      RESP_DATA:
        result === RESULT.completed
          ? toHex(encodeProcedureResponseData(procedure, data, context))
          : '',
    },
    context,
  );
}

function ofStandard(
  call: ProcedureCall,
  name: ProcedureName | undefined,
  bytes: Uint8Array,
): ProcedureAnswer {
  const procedure = name === undefined ? undefined : STANDARD_PROCEDURES[name];
  if (name === undefined || procedure === undefined) return { result: RESULT.unknown };
  return orInvalid(() => procedure(call, decodeProcedureParameters(name, bytes, call.context)));
}

function ofManufacturer(call: ProcedureCall, number: number, bytes: Uint8Array): ProcedureAnswer {
  const procedure = MANUFACTURER_PROCEDURES.get(number);
  if (procedure === undefined) return { result: RESULT.unknown };
  return orInvalid(() => procedure(call, bytes));
}

/** Bytes that are no parameters of a procedure are a bad parameter. */
function orInvalid(run: () => ProcedureAnswer): ProcedureAnswer {
  try {
    return run();
  } catch (error) {
    if (error instanceof CodecError) return INVALID;
    throw error;
  }
}

/** All is done at once, so that an answer "at once and on completion" is one answer. */
function isWanted(selector: number, { result }: ProcedureAnswer): boolean {
  if (selector === PROCEDURE_SELECTORS.never) return false;
  return selector !== PROCEDURE_SELECTORS['on-exception'] || result !== RESULT.completed;
}
