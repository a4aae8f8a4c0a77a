import { NS_PER_MS } from '../../domain/time.ts';
import { type AccessRules, checkAccess, samePassword } from '../../protocol/psem/access.ts';
import type { TableHost } from '../../protocol/psem/table-host.ts';
import { decodeTable, encodeTable, type TableContext } from '../../protocol/c12-19/tables.ts';
import { CodecError } from '../../protocol/bytes/codec-error.ts';
import { clockUtcSeconds } from '../clock.ts';
import type { Meters } from '../columns.ts';
import type { MeterInput } from '../input.ts';
import { fixedTables, PROCEDURES_USED, TABLES_USED } from './fixed-tables.ts';
import { LIVE_TABLES } from './live-tables.ts';

/** The meter's face to its optical port: tables out of columns, procedures into inputs. */

/** What a recorded GE I-210+c lets anybody read who has logged on. */
const OPEN_TABLES = [0, 1, 2, 3, 5, 6, 27, 52] as const;
const ST7 = 7;
const ST8 = 8;
const SET_DATE_AND_TIME = 10;
const MANUFACTURER_PROCEDURE = 0x0800;

/** ST8 RESULT_CODE. */
const RESULT = { completed: 0, invalidParameter: 2, unknownProcedure: 6 } as const;

const ACCESS: AccessRules = {
  open: new Set(TABLES_USED.filter((table) => (OPEN_TABLES as readonly number[]).includes(table))),
  secured: new Set(
    TABLES_USED.filter(
      (table) => table !== ST7 && !(OPEN_TABLES as readonly number[]).includes(table),
    ),
  ),
  locked: new Set(),
  writable: new Set([ST7]),
};

export interface MeterHostOptions {
  readonly meters: Meters;
  readonly row: number;
  readonly serial: string;
  readonly password: Uint8Array;
  /** Hands an input to the model at the present instant. */
  readonly give: (input: MeterInput) => void;
}

/** One row of the table as a C12.18 server's host. */
export function createMeterHost(options: MeterHostOptions): TableHost {
  const { meters, row, password } = options;
  const fixed = asDecoded(fixedTables({ profile: meters.profile, serial: options.serial }));
  let response: Uint8Array | null = null;
  return {
    identity: { standard: 0, version: 1, revision: 0, features: new Uint8Array() },
    logon: () => 'ok',
    security: (sent) => samePassword(password, sent),
    access: (table, operation, secured) => checkAccess(ACCESS, table, operation, secured),
    readTable: (table, nowNs) => {
      if (table === ST8) return response ?? 'dnr';
      const value = LIVE_TABLES[table]?.(meters, row, nowNs) ?? fixed[table];
      return value === undefined ? 'iar' : encodeTable(table, value, fixed);
    },
    writeTable: (table, offset, bytes, nowNs) => {
      if (table !== ST7 || offset !== null) return 'iar';
      const started = procedureOf(bytes, fixed);
      if (started === null) return 'err';
      response = runProcedure(options, started, nowNs, fixed);
      return 'ok';
    },
  };
}

/** The fixed tables as a reader would have them: complete, so that later tables can rest on them. */
function asDecoded(tables: TableContext): TableContext {
  const decoded: Record<number, Readonly<Record<string, unknown>>> = {};
  for (const [name, value] of Object.entries(tables)) {
    const table = Number(name);
    decoded[table] = decodeTable(table, encodeTable(table, value, decoded), decoded);
  }
  return decoded;
}

interface StartedProcedure {
  readonly header: Readonly<Record<string, unknown>>;
  readonly number: number;
  readonly sequence: number;
  readonly parameters: Uint8Array;
}

function procedureOf(bytes: Uint8Array, context: TableContext): StartedProcedure | null {
  try {
    const value = decodeTable(ST7, bytes, context);
    const header = value.TABLE_IDB_BFLD as Readonly<Record<string, unknown>>;
    const manufacturer = header.MFG_FLAG === true ? MANUFACTURER_PROCEDURE : 0;
    return {
      header,
      number: Number(header.TBL_PROC_NBR) | manufacturer,
      sequence: Number(value.SEQ_NBR),
      // Procedure number and sequence number come before them: three bytes.
      parameters: bytes.subarray(3),
    };
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

function runProcedure(
  options: MeterHostOptions,
  started: StartedProcedure,
  nowNs: number,
  context: TableContext,
): Uint8Array {
  const known = (PROCEDURES_USED as readonly number[]).includes(started.number);
  const { result, data } =
    known && started.number === SET_DATE_AND_TIME
      ? setDateAndTime(options, started.parameters, nowNs, context)
      : { result: RESULT.unknownProcedure, data: '' };
  return encodeTable(
    ST8,
    {
      TABLE_IDB_BFLD: started.header,
      SEQ_NBR: started.sequence,
      RESULT_CODE: result,
      RESP_DATA: data,
    },
    context,
  );
}

const MASK = { time: 0x01, date: 0x02 } as const;

/** Procedure 10: mask, date and time, qualifier; answers with the clock before and after. */
function setDateAndTime(
  { meters, row, give }: MeterHostOptions,
  parameters: Uint8Array,
  nowNs: number,
  context: TableContext,
): { readonly result: number; readonly data: string } {
  const shown = shownAfter(parameters, clockUtcSeconds(meters, row, nowNs) * 1000);
  if (shown === null) return { result: RESULT.invalidParameter, data: '' };
  const before = clockBytes(meters, row, nowNs, context);
  give({ kind: 'set-clock', shownNs: (shown - meters.startUtcMs) * NS_PER_MS });
  return { result: RESULT.completed, data: before + clockBytes(meters, row, nowNs, context) };
}

/** UTC ms that the clock is to show: the parts that the mask names are new, the others stay. */
function shownAfter(parameters: Uint8Array, presentMs: number): number | null {
  if (parameters.length !== 8) return null;
  const [mask = 0, year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parameters;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) {
    return null;
  }
  const present = new Date(presentMs);
  const dateMs =
    (mask & MASK.date) === 0
      ? Date.UTC(present.getUTCFullYear(), present.getUTCMonth(), present.getUTCDate())
      : Date.UTC(2000 + year, month - 1, day);
  const timeMs =
    (mask & MASK.time) === 0 ? presentMs % 86_400_000 : ((hour * 60 + minute) * 60 + second) * 1000;
  return dateMs + timeMs;
}

/** The six bytes of LTIME_DATE that open ST52, as hexadecimal text. */
function clockBytes(meters: Meters, row: number, nowNs: number, context: TableContext): string {
  const table = LIVE_TABLES[52]?.(meters, row, nowNs) ?? {};
  return [...encodeTable(52, table, context).subarray(0, 6)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
