import { decodeTable, encodeTable, hasLayout } from '../../../../devices/protocol/c12-19/tables.ts';
import type { TableContext } from '../../../../devices/protocol/c12-19/tables.ts';

/** Standard tables with a layout. */
export const TABLES = Array.from({ length: 168 }, (_, table) => table).filter(hasLayout);

/** Meters that differ in everything on which the bytes of a table depend. */

interface MeterShape {
  readonly bigEndian: boolean;
  readonly timeFormat: number;
  readonly numberFormats: readonly [number, number];
  readonly bcdIdentifiers: boolean;
  readonly version: 1 | 2;
  /** Load profile sets. */
  readonly sets: readonly number[];
  /** ST62 INT_FMT_CDE of every set. */
  readonly intervalFormat: number;
  /** Whether every optional part is there, or none. */
  readonly options: boolean;
}

const SHAPES: Readonly<Record<string, MeterShape>> = {
  'a recorded kind of meter': {
    bigEndian: false,
    timeFormat: 2,
    numberFormats: [10, 8],
    bcdIdentifiers: false,
    version: 2,
    sets: [1],
    intervalFormat: 2,
    options: true,
  },
  'big-endian, BCD, floats, version 1': {
    bigEndian: true,
    timeFormat: 1,
    numberFormats: [0, 1],
    bcdIdentifiers: true,
    version: 1,
    sets: [1, 2],
    intervalFormat: 64,
    options: true,
  },
  'minutes, wide integers, four sets': {
    bigEndian: false,
    timeFormat: 3,
    numberFormats: [11, 4],
    bcdIdentifiers: false,
    version: 2,
    sets: [1, 2, 3, 4],
    intervalFormat: 128,
    options: true,
  },
  'seconds, text numbers, no options': {
    bigEndian: true,
    timeFormat: 4,
    numberFormats: [2, 13],
    bcdIdentifiers: false,
    version: 2,
    sets: [3],
    intervalFormat: 16,
    options: false,
  },
  'no clock, BCD numbers, no profile': {
    bigEndian: false,
    timeFormat: 0,
    numberFormats: [12, 5],
    bcdIdentifiers: true,
    version: 1,
    sets: [],
    intervalFormat: 1,
    options: false,
  },
  'short numbers': {
    bigEndian: true,
    timeFormat: 2,
    numberFormats: [7, 9],
    bcdIdentifiers: false,
    version: 2,
    sets: [1, 4],
    intervalFormat: 8,
    options: true,
  },
  'six characters and two BCD bytes': {
    bigEndian: false,
    timeFormat: 3,
    numberFormats: [3, 6],
    bcdIdentifiers: false,
    version: 1,
    sets: [2],
    intervalFormat: 32,
    options: false,
  },
};

export interface NamedContext {
  readonly name: string;
  readonly context: TableContext;
}

export const CONTEXTS: readonly NamedContext[] = Object.entries(SHAPES).map(([name, shape]) => ({
  name,
  context: contextOf(shape),
}));

function contextOf(shape: MeterShape): TableContext {
  const tables: Record<number, Readonly<Record<string, unknown>>> = {};
  for (const [table, value] of [
    [0, configuration(shape)],
    [11, sources(shape)],
    [21, registers(shape)],
    [51, times(shape)],
    [61, profiles(shape)],
    [62, profileControl(shape)],
    [71, logs(shape)],
  ] as const) {
    tables[table] = decodeTable(table, encodeTable(table, value, tables), tables);
  }
  return tables;
}

function configuration(shape: MeterShape): Readonly<Record<string, unknown>> {
  const [first, second] = shape.numberFormats;
  return {
    FORMAT_CONTROL_1: { DATA_ORDER: shape.bigEndian, CHAR_FORMAT: 1, MODEL_SELECT: 0 },
    FORMAT_CONTROL_2: {
      TM_FORMAT: shape.timeFormat,
      DATA_ACCESS_METHOD: 3,
      ID_FORM: shape.bcdIdentifiers,
      INT_FORMAT: 0,
    },
    FORMAT_CONTROL_3: { NI_FORMAT1: first, NI_FORMAT2: second },
    DEVICE_CLASS: 'TEST',
    NAMEPLATE_TYPE: 2,
    DEFAULT_SET_USED: 0,
    MAX_PROC_PARM_LENGTH: 60,
    MAX_RESP_DATA_LEN: 20,
    STD_VERSION_NO: shape.version,
    STD_REVISION_NO: 0,
    DIM_STD_TBLS_USED: 10,
    DIM_MFG_TBLS_USED: 2,
    DIM_STD_PROC_USED: 3,
    DIM_MFG_PROC_USED: 1,
    DIM_MFG_STATUS_USED: 2,
    NBR_PENDING: 2,
    STD_TBLS_USED: [0, 1, ...shape.sets.map((set) => 63 + set)],
    MFG_TBLS_USED: [9],
    STD_PROC_USED: [10],
    MFG_PROC_USED: [],
    STD_TBLS_WRITE: [7],
    MFG_TBLS_WRITE: [],
  };
}

function sources({ options }: MeterShape): Readonly<Record<string, unknown>> {
  return {
    SOURCE_FLAGS: {
      PF_EXCLUDE_FLAG: options,
      RESET_EXCLUDE_FLAG: options,
      SLIDING_DEMAND_FLAG: options,
      SET1_PRESENT_FLAG: options,
      SET2_PRESENT_FLAG: options,
    },
    NBR_UOM_ENTRIES: 2,
    NBR_DEMAND_CTRL_ENTRIES: 2,
    DATA_CTRL_LENGTH: 3,
    NBR_DATA_CTRL_ENTRIES: 2,
    NBR_CONSTANTS_ENTRIES: 2,
    CONSTANTS_SELECTOR: 2,
    NBR_SOURCES: 4,
  };
}

function registers({ options }: MeterShape): Readonly<Record<string, unknown>> {
  return {
    REG_FUNC1_FLAGS: {
      SEASON_INFO_FIELD_FLAG: options,
      DATE_TIME_FIELD_FLAG: options,
      DEMAND_RESET_CTR_FLAG: options,
      CUM_DEMAND_FLAG: options,
      CONT_CUM_DEMAND_FLAG: options,
      TIME_REMAINING_FLAG: options,
    },
    REG_FUNC2_FLAGS: { SELF_READ_SEQ_NBR_FLAG: options },
    NBR_SELF_READS: 2,
    NBR_SUMMATIONS: 2,
    NBR_DEMANDS: 1,
    NBR_COIN_VALUES: 1,
    NBR_OCCUR: 2,
    NBR_TIERS: options ? 1 : 0,
    NBR_PRESENT_DEMANDS: 2,
    NBR_PRESENT_VALUES: 2,
  };
}

function times({ options }: MeterShape): Readonly<Record<string, unknown>> {
  return {
    TIME_FUNC_FLAG1: { ANCHOR_DATE_FLAG: options },
    TIME_FUNC_FLAG2: { SEPARATE_WEEKDAYS_FLAG: options, SEPARATE_SUM_DEMANDS_FLAG: options },
    CALENDAR_FUNC: { NBR_SEASONS: 2, NBR_SPECIAL_SCHED: 1 },
    NBR_NON_RECURR_DATES: 2,
    NBR_RECURR_DATES: 2,
    NBR_TIER_SWITCHES: 3,
    CALENDAR_TBL_SIZE: 40,
  };
}

function profiles({ sets, options }: MeterShape): Readonly<Record<string, unknown>> {
  const limits = sets.map((set) => ({
    [`NBR_BLKS_SET${set}`]: 2,
    [`NBR_BLK_INTS_SET${set}`]: 3,
    [`NBR_CHNS_SET${set}`]: set,
    [`MAX_INT_TIME_SET${set}`]: 15,
  }));
  return {
    LP_MEMORY_LEN: 1000,
    LP_FLAGS: {
      BLK_END_READ_FLAG: options,
      BLK_END_PULSE_FLAG: options,
      SCALAR_DIVISOR_FLAG_SET1: options,
      SCALAR_DIVISOR_FLAG_SET2: options,
      SCALAR_DIVISOR_FLAG_SET3: options,
      EXTENDED_INT_STATUS_FLAG: options,
      SIMPLE_INT_STATUS_FLAG: options,
    },
    LP_FMATS: {},
    ...Object.assign({}, ...limits),
  };
}

function profileControl(shape: MeterShape): Readonly<Record<string, unknown>> {
  const controls = shape.sets.map((set) => ({
    [`LP_SEL_SET${set}`]: Array.from({ length: set }, (_, channel) => ({
      CHNL_FLAG: {},
      LP_SOURCE_SEL: channel,
      END_BLK_RDG_SOURCE_SEL: channel,
    })),
    [`INT_FMT_CDE${set}`]: shape.intervalFormat,
    [`SCALARS_SET${set}`]: Array.from({ length: set }, () => 1),
    [`DIVISOR_SET${set}`]: Array.from({ length: set }, () => 1),
  }));
  return Object.assign({}, ...controls) as Readonly<Record<string, unknown>>;
}

function logs({ options }: MeterShape): Readonly<Record<string, unknown>> {
  return {
    LOG_FLAGS: {
      EVENT_NUMBER_FLAG: options,
      HIST_DATE_TIME_FLAG: options,
      HIST_SEQ_NBR_FLAG: options,
    },
    NBR_STD_EVENTS: 2,
    NBR_MFG_EVENTS: 1,
    HIST_DATA_LENGTH: options ? 2 : 0,
    EVENT_DATA_LENGTH: 2,
    NBR_HISTORY_ENTRIES: 2,
    NBR_EVENT_ENTRIES: 2,
    EXT_LOG_FLAGS: '00',
    NBR_PROGRAM_TABLES: 0,
  };
}

/** Tables with a layout that this meter has: a load profile set that is not there has no data. */
export function tablesOf(context: TableContext): readonly number[] {
  const used = context[0]?.['STD_TBLS_USED'] as readonly number[];
  return TABLES.filter((table) => table < 64 || table > 67 || used.includes(table));
}
