/** Decade 0: configuration, identification, status, procedures. */
import { bits, flagOf, numberAt, numberOf, octets, record, rest, set, text, u8 } from './layout.ts';
import type { Layout, Scope } from './layout.ts';
import { pendingStatus } from './project/pending-tables.ts';

const own = (path: string) => (scope: Scope) => numberAt(scope.self, path);
const standardTables = own('DIM_STD_TBLS_USED');
const manufacturerTables = own('DIM_MFG_TBLS_USED');

/** ST0 GEN_CONFIG_TBL. DATA_ORDER false is little-endian. */
const generalConfiguration = record({
  FORMAT_CONTROL_1: bits(1, { DATA_ORDER: 0, CHAR_FORMAT: [1, 3], MODEL_SELECT: [4, 6] }),
  FORMAT_CONTROL_2: bits(1, {
    TM_FORMAT: [0, 2],
    DATA_ACCESS_METHOD: [3, 4],
    ID_FORM: 5,
    INT_FORMAT: [6, 7],
  }),
  FORMAT_CONTROL_3: bits(1, { NI_FORMAT1: [0, 3], NI_FORMAT2: [4, 7] }),
  DEVICE_CLASS: text(4, ' '),
  NAMEPLATE_TYPE: u8,
  DEFAULT_SET_USED: u8,
  MAX_PROC_PARM_LENGTH: u8,
  MAX_RESP_DATA_LEN: u8,
  STD_VERSION_NO: u8,
  STD_REVISION_NO: u8,
  DIM_STD_TBLS_USED: u8,
  DIM_MFG_TBLS_USED: u8,
  DIM_STD_PROC_USED: u8,
  DIM_MFG_PROC_USED: u8,
  DIM_MFG_STATUS_USED: u8,
  NBR_PENDING: u8,
  STD_TBLS_USED: set(standardTables),
  MFG_TBLS_USED: set(manufacturerTables),
  STD_PROC_USED: set(own('DIM_STD_PROC_USED')),
  MFG_PROC_USED: set(own('DIM_MFG_PROC_USED')),
  STD_TBLS_WRITE: set(standardTables),
  MFG_TBLS_WRITE: set(manufacturerTables),
});

/** Identifiers are texts, or BCD digits of half the length, as ST0 ID_FORM says. */
function identifier(characters: number): Layout {
  return {
    kind: 'choice',
    choose: (scope) =>
      flagOf(scope, 0, 'FORMAT_CONTROL_2.ID_FORM') ? octets(characters / 2) : text(characters, ' '),
  };
}

const manufacturerIdentification = record({
  MANUFACTURER: text(4, ' '),
  ED_MODEL: text(8, ' '),
  HW_VERSION_NUMBER: u8,
  HW_REVISION_NUMBER: u8,
  FW_VERSION_NUMBER: u8,
  FW_REVISION_NUMBER: u8,
  MFG_SERIAL_NUMBER: identifier(16),
});

/** The electric form; ST0 NAMEPLATE_TYPE 0 and 1 (gas, water) are not laid out. */
const nameplate = record({
  E_KH: text(6, '\0'),
  E_KT: text(6, '\0'),
  E_INPUT_SCALAR: u8,
  E_ED_CONFIG: text(5, '\0'),
  E_ELEMENTS: bits(2, {
    E_FREQUENCY: [0, 2],
    E_NO_OF_ELEMENTS: [3, 5],
    E_BASE_TYPE: [6, 9],
    E_ACCURACY_CLASS: [10, 15],
  }),
  E_VOLTS: bits(1, { E_ELEMENTS_VOLTS: [0, 3], E_ED_SUPPLY_VOLTS: [4, 7] }),
  E_ED_CLASS_MAX_AMPS: text(6, '\0'),
  E_TA: text(6, '\0'),
});

export const mode = bits(1, {
  METERING_FLAG: 0,
  TEST_MODE_FLAG: 1,
  METER_SHOP_MODE_FLAG: 2,
  FACTORY_FLAG: 3,
});

const modeAndStatus = record({
  ED_MODE: mode,
  ED_STD_STATUS1: bits(2, {
    UNPROGRAMMED_FLAG: 0,
    CONFIGURATION_ERROR_FLAG: 1,
    SELF_CHK_ERROR_FLAG: 2,
    RAM_FAILURE_FLAG: 3,
    ROM_FAILURE_FLAG: 4,
    NONVOL_MEM_FAILURE_FLAG: 5,
    CLOCK_ERROR_FLAG: 6,
    MEASUREMENT_ERROR_FLAG: 7,
    LOW_BATTERY_FLAG: 8,
    LOW_LOSS_POTENTIAL_FLAG: 9,
    DEMAND_OVERLOAD_FLAG: 10,
    POWER_FAILURE_FLAG: 11,
    TAMPER_DETECT_FLAG: 12,
    REVERSE_ROTATION_FLAG: 13,
  }),
  ED_STD_STATUS2: u8,
  ED_MFG_STATUS: octets((scope) => numberOf(scope, 0, 'DIM_MFG_STATUS_USED')),
});

const softwareVendor = { SW_VENDOR: text(4, '\0'), SW_VERSION_NUMBER: u8, SW_REVISION_NUMBER: u8 };

const utilityInformation = record({
  OWNER_NAME: text(20, '\0'),
  UTILITY_DIV: text(20, '\0'),
  SERVICE_POINT_ID: text(20, '\0'),
  ELEC_ADDR: text(20, '\0'),
  DEVICE_ID: text(20, '\0'),
  UTIL_SER_NO: text(20, '\0'),
  CUSTOMER_ID: text(20, '\0'),
  COORDINATE_1: text(10, '\0'),
  COORDINATE_2: text(10, '\0'),
  COORDINATE_3: text(10, '\0'),
  TARIFF_ID: text(8, '\0'),
  EX1: record(softwareVendor),
  EX2: record(softwareVendor),
  PROGRAMMER_NAME: text(10, '\0'),
  MISC_ID: text(30, '\0'),
});

/** TABLE_IDB: a table or procedure number, the manufacturer's or the standard's. */
const tableIdb = bits(2, { TBL_PROC_NBR: [0, 10], MFG_FLAG: 11, SELECTOR: [12, 15] });

export const GENERAL_TABLES: Readonly<Record<number, Layout>> = {
  0: generalConfiguration,
  1: manufacturerIdentification,
  2: nameplate,
  3: modeAndStatus,
  4: pendingStatus,
  5: record({ IDENTIFICATION: identifier(20) }),
  6: utilityInformation,
  7: record({ TABLE_IDB_BFLD: tableIdb, SEQ_NBR: u8, PARM: rest }),
  8: record({ TABLE_IDB_BFLD: tableIdb, SEQ_NBR: u8, RESULT_CODE: u8, RESP_DATA: rest }),
};
