import type { MeterProfile } from '../../domain/profile.ts';
import type { TableContext } from '../../protocol/c12-19/tables.ts';
import { EVENT_LOG_CAPACITY } from '../columns.ts';

/** Tables that follow from the meter's type and its nameplate alone; digest of C12.19 in docs. */

const LITTLE_ENDIAN = false;
const ISO_7_BIT = 1;
const ONE_BYTE_A_FIELD = 2;
const OFFSET_READS = 1;
const INT48 = 10;
const INT32 = 8;
const ELECTRIC = 2;
const STANDARD_OF_2008 = 2;
const UINT32_INTERVALS = 4;
/** Bytes of the sets of standard tables (0 to 79) and standard procedures (0 to 15). */
const SETS = { tables: 10, procedures: 2, events: 10 } as const;
/** Longest event number that the sets hold. */
const EVENTS_SUPPORTED = [1, 2, 3, 4] as const;

export const TABLES_USED = [
  0, 1, 2, 3, 5, 7, 8, 11, 12, 16, 21, 22, 23, 52, 55, 61, 62, 63, 64, 71, 72, 74,
] as const;
export const PROCEDURES_USED = [10] as const;

/** Bytes of one load profile block of one interval: end time, status, one value. */
const BLOCK_BYTES = 5 + 1 + 4;

export interface Nameplate {
  readonly profile: MeterProfile;
  readonly serial: string;
}

/** Values of the fixed tables by number. */
export function fixedTables({ profile, serial }: Nameplate): TableContext {
  return {
    0: generalConfiguration(),
    1: {
      MANUFACTURER: profile.manufacturer.slice(0, 4).toUpperCase(),
      ED_MODEL: profile.model.slice(0, 8).trim(),
      HW_VERSION_NUMBER: 1,
      HW_REVISION_NUMBER: 0,
      FW_VERSION_NUMBER: 1,
      FW_REVISION_NUMBER: 0,
      MFG_SERIAL_NUMBER: serial.slice(0, 16),
    },
    2: nameplate(profile),
    5: { IDENTIFICATION: serial.slice(0, 20) },
    11: {
      SOURCE_FLAGS: {},
      NBR_UOM_ENTRIES: 1,
      NBR_DEMAND_CTRL_ENTRIES: 0,
      DATA_CTRL_LENGTH: 0,
      NBR_DATA_CTRL_ENTRIES: 0,
      NBR_CONSTANTS_ENTRIES: 0,
      CONSTANTS_SELECTOR: 2,
      NBR_SOURCES: 1,
    },
    12: { UOM_ENTRY: [deliveredWattHours()] },
    16: { SOURCES_LINK: [{ UOM_ENTRY_FLAG: true, PULSE_ENGR_FLAG: true }] },
    21: {
      REG_FUNC1_FLAGS: {},
      REG_FUNC2_FLAGS: { SELF_READ_DEMAND_RESET: 0 },
      NBR_SELF_READS: 0,
      NBR_SUMMATIONS: 1,
      NBR_DEMANDS: 0,
      NBR_COIN_VALUES: 0,
      NBR_OCCUR: 0,
      NBR_TIERS: 0,
      NBR_PRESENT_DEMANDS: 0,
      NBR_PRESENT_VALUES: 0,
    },
    22: {
      SUMMATION_SELECT: [0],
      DEMAND_SELECT: [],
      MIN_OR_MAX_FLAGS: [],
      COINCIDENT_SELECT: [],
      COIN_DEMAND_ASSOC: [],
    },
    61: loadProfileLimits(profile),
    62: {
      LP_SEL_SET1: [{ CHNL_FLAG: {}, LP_SOURCE_SEL: 0, END_BLK_RDG_SOURCE_SEL: 0 }],
      INT_FMT_CDE1: UINT32_INTERVALS,
    },
    71: {
      LOG_FLAGS: { EVENT_NUMBER_FLAG: true, HIST_DATE_TIME_FLAG: true, HIST_SEQ_NBR_FLAG: true },
      NBR_STD_EVENTS: SETS.events,
      NBR_MFG_EVENTS: 0,
      HIST_DATA_LENGTH: 0,
      EVENT_DATA_LENGTH: 0,
      NBR_HISTORY_ENTRIES: EVENT_LOG_CAPACITY,
      NBR_EVENT_ENTRIES: 0,
      EXT_LOG_FLAGS: '00',
      NBR_PROGRAM_TABLES: 0,
    },
    72: { STD_EVENTS_SUPPORTED: [...EVENTS_SUPPORTED], MFG_EVENTS_SUPPORTED: [] },
  };
}

function generalConfiguration(): Readonly<Record<string, unknown>> {
  return {
    FORMAT_CONTROL_1: { DATA_ORDER: LITTLE_ENDIAN, CHAR_FORMAT: ISO_7_BIT, MODEL_SELECT: 0 },
    FORMAT_CONTROL_2: {
      TM_FORMAT: ONE_BYTE_A_FIELD,
      DATA_ACCESS_METHOD: OFFSET_READS,
      ID_FORM: false,
      INT_FORMAT: 0,
    },
    FORMAT_CONTROL_3: { NI_FORMAT1: INT48, NI_FORMAT2: INT32 },
    DEVICE_CLASS: 'MBCH',
    NAMEPLATE_TYPE: ELECTRIC,
    DEFAULT_SET_USED: 0,
    MAX_PROC_PARM_LENGTH: 8,
    MAX_RESP_DATA_LEN: 12,
    STD_VERSION_NO: STANDARD_OF_2008,
    STD_REVISION_NO: 0,
    DIM_STD_TBLS_USED: SETS.tables,
    DIM_MFG_TBLS_USED: 0,
    DIM_STD_PROC_USED: SETS.procedures,
    DIM_MFG_PROC_USED: 0,
    DIM_MFG_STATUS_USED: 1,
    NBR_PENDING: 0,
    STD_TBLS_USED: [...TABLES_USED],
    MFG_TBLS_USED: [],
    STD_PROC_USED: [...PROCEDURES_USED],
    MFG_PROC_USED: [],
    STD_TBLS_WRITE: [7],
    MFG_TBLS_WRITE: [],
  };
}

function nameplate(profile: MeterProfile): Readonly<Record<string, unknown>> {
  return {
    E_KH: profile.khWattHours.toFixed(1),
    E_KT: profile.khWattHours.toFixed(1),
    E_INPUT_SCALAR: 1,
    E_ED_CONFIG: profile.form,
    // Codes of frequency, base and class as a recorded GE I-210+c of form 2S shows them.
    E_ELEMENTS: {
      E_FREQUENCY: 3,
      E_NO_OF_ELEMENTS: profile.elements,
      E_BASE_TYPE: 1,
      E_ACCURACY_CLASS: 0,
    },
    E_VOLTS: { E_ELEMENTS_VOLTS: 5, E_ED_SUPPLY_VOLTS: 0 },
    E_ED_CLASS_MAX_AMPS: String(profile.classCurrentMilliAmps / 1000),
    E_TA: String(profile.testCurrentMilliAmps / 1000),
  };
}

/** A dial reading of delivered active energy: quadrants 1 and 4, in Wh. */
function deliveredWattHours(): Readonly<Record<string, unknown>> {
  return {
    ID_CODE: 0,
    TIME_BASE: 0,
    MULTIPLIER: 0,
    Q1_ACCOUNTABILITY: true,
    Q4_ACCOUNTABILITY: true,
    SEGMENTATION: 0,
    ID_RESOURCE: 0,
  };
}

/**
 * One interval a block: each has its own end time, so that nothing has to be reckoned across a
 * change of the clock.
 */
function loadProfileLimits(profile: MeterProfile): Readonly<Record<string, unknown>> {
  const { capacity, intervalMinutes } = profile.loadProfile;
  return {
    LP_MEMORY_LEN: capacity * BLOCK_BYTES,
    LP_FLAGS: { EXTENDED_INT_STATUS_FLAG: true },
    LP_FMATS: { INV_UINT32_FLAG: true },
    NBR_BLKS_SET1: capacity,
    NBR_BLK_INTS_SET1: 1,
    NBR_CHNS_SET1: 1,
    MAX_INT_TIME_SET1: intervalMinutes,
  };
}
