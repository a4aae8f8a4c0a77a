import { DOWNLOAD_TABLES } from '../../../protocol/c12-19/project/download.ts';
import { CONFIGURATION_TABLES } from '../../configuration-columns.ts';
import { PROCEDURES_USED } from '../procedures/index.ts';

/** ST0: what there is, in which formats. */

const LITTLE_ENDIAN = false;
const ISO_7_BIT = 1;
const ONE_BYTE_A_FIELD = 2;
const BY_OFFSET_AND_INDEX = 3;
const INT48 = 10;
const INT32 = 8;
const ELECTRIC = 2;
const STANDARD_OF_2008 = 2;

/** Bytes of the sets: standard tables 0 to 79, procedures 0 to 23, our tables 0 to 47. */
const SETS = { tables: 10, manufacturerTables: 6, procedures: 3 } as const;
/** The announcement of an image is the longest parameter, two times of the clock the longest answer. */
const LONGEST = { parameter: 55, answer: 12 } as const;
const MANUFACTURER = 0x0800;
/** ED_MFG_STATUS of ST3. */
const STATUS_BYTES = 1;

export function generalConfiguration(
  tablesUsed: readonly number[],
): Readonly<Record<string, unknown>> {
  const { imageData, imageStatus } = DOWNLOAD_TABLES;
  return {
    FORMAT_CONTROL_1: { DATA_ORDER: LITTLE_ENDIAN, CHAR_FORMAT: ISO_7_BIT, MODEL_SELECT: 0 },
    FORMAT_CONTROL_2: {
      TM_FORMAT: ONE_BYTE_A_FIELD,
      DATA_ACCESS_METHOD: BY_OFFSET_AND_INDEX,
      ID_FORM: false,
      INT_FORMAT: 0,
    },
    FORMAT_CONTROL_3: { NI_FORMAT1: INT48, NI_FORMAT2: INT32 },
    DEVICE_CLASS: 'MBCH',
    NAMEPLATE_TYPE: ELECTRIC,
    DEFAULT_SET_USED: 0,
    MAX_PROC_PARM_LENGTH: LONGEST.parameter,
    MAX_RESP_DATA_LEN: LONGEST.answer,
    STD_VERSION_NO: STANDARD_OF_2008,
    STD_REVISION_NO: 0,
    DIM_STD_TBLS_USED: SETS.tables,
    DIM_MFG_TBLS_USED: SETS.manufacturerTables,
    DIM_STD_PROC_USED: SETS.procedures,
    DIM_MFG_PROC_USED: SETS.procedures,
    DIM_MFG_STATUS_USED: STATUS_BYTES,
    NBR_PENDING: CONFIGURATION_TABLES.length,
    STD_TBLS_USED: tablesUsed,
    MFG_TBLS_USED: [imageData, imageStatus].map((table) => table - MANUFACTURER),
    STD_PROC_USED: PROCEDURES_USED.standard,
    MFG_PROC_USED: PROCEDURES_USED.manufacturer,
    STD_TBLS_WRITE: [7, ...CONFIGURATION_TABLES],
    MFG_TBLS_WRITE: [imageData - MANUFACTURER],
  };
}
