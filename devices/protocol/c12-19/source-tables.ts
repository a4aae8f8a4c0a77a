/** Decade 1: what a source is. Tables 10 (possible) and 11 (actual) share their layout. */
import { array, bits, flagOf, ni1, numberOf, octets, record, u16, u8 } from './layout.ts';
import type { Layout, Scope } from './layout.ts';

const limit = (name: string) => (scope: Scope) => numberOf(scope, 11, name);
const when = (flag: string) => (scope: Scope) => flagOf(scope, 11, `SOURCE_FLAGS.${flag}`);
const sliding = when('SLIDING_DEMAND_FLAG');

const limits = record({
  SOURCE_FLAGS: bits(1, {
    PF_EXCLUDE_FLAG: 0,
    RESET_EXCLUDE_FLAG: 1,
    BLOCK_DEMAND_FLAG: 2,
    SLIDING_DEMAND_FLAG: 3,
    THERMAL_DEMAND_FLAG: 4,
    SET1_PRESENT_FLAG: 5,
    SET2_PRESENT_FLAG: 6,
    CONVERSION_ALG_FLAG: 7,
  }),
  NBR_UOM_ENTRIES: u8,
  NBR_DEMAND_CTRL_ENTRIES: u8,
  DATA_CTRL_LENGTH: u8,
  NBR_DATA_CTRL_ENTRIES: u8,
  NBR_CONSTANTS_ENTRIES: u8,
  CONSTANTS_SELECTOR: u8,
  NBR_SOURCES: u8,
});

const unitOfMeasure = bits(4, {
  ID_CODE: [0, 7],
  TIME_BASE: [8, 10],
  MULTIPLIER: [11, 13],
  Q1_ACCOUNTABILITY: 14,
  Q2_ACCOUNTABILITY: 15,
  Q3_ACCOUNTABILITY: 16,
  Q4_ACCOUNTABILITY: 17,
  NET_FLOW_ACCOUNTABILITY: 18,
  SEGMENTATION: [19, 21],
  HARMONIC: 22,
  ID_RESOURCE: [23, 27],
  NFS: 31,
});

/**
 * ST13: minutes, but for P_FAIL_RECOGNTN_TM (s). As the ANSI reader of Cannon Technologies' Yukon
 * and the register schema of Future DOS R&D (C12.22 Node Demo) have it, field by field.
 */
const demandControl = record({
  RESET_EXCLUSION: [u8, when('RESET_EXCLUDE_FLAG')],
  P_FAIL_RECOGNTN_TM: [u8, when('PF_EXCLUDE_FLAG')],
  P_FAIL_EXCLUSION: [u8, when('PF_EXCLUDE_FLAG')],
  COLD_LOAD_PICKUP: [u8, when('PF_EXCLUDE_FLAG')],
  INTERVAL_VALUE: array(
    limit('NBR_DEMAND_CTRL_ENTRIES'),
    record({
      SUB_INT: [u8, sliding],
      INT_MULTIPLIER: [u8, sliding],
      INT_LENGTH: [u16, (scope: Scope) => !sliding(scope)],
    }),
  ),
});

/** ST14: entries of the manufacturer's own making, all of one length. */
const dataControl = record({
  SOURCES_ID: array(
    limit('NBR_DATA_CTRL_ENTRIES'),
    record({ SOURCE_ID: octets(limit('DATA_CTRL_LENGTH')) }),
  ),
});

const setOfRatios = record({
  SET_FLAGS: bits(1, { SET_APPLIED_FLAG: 0 }),
  RATIO_F1: ni1,
  RATIO_P1: ni1,
});

/**
 * ST15: the electric record (CONSTANTS_SELECTOR 2), as Yukon's ANSI reader takes it apart; the gas
 * records are not laid out. Where that reader leaves OFFSET out on a flag of standards before 1997,
 * it always stands here.
 */
const constants = record({
  SELECTION: array(
    limit('NBR_CONSTANTS_ENTRIES'),
    record({
      MULTIPLIER: ni1,
      OFFSET: ni1,
      SET1_CONSTANTS: [setOfRatios, when('SET1_PRESENT_FLAG')],
      SET2_CONSTANTS: [setOfRatios, when('SET2_PRESENT_FLAG')],
    }),
  ),
});

export const SOURCE_TABLES: Readonly<Record<number, Layout>> = {
  10: limits,
  11: limits,
  12: record({ UOM_ENTRY: array(limit('NBR_UOM_ENTRIES'), unitOfMeasure) }),
  13: demandControl,
  14: dataControl,
  15: constants,
  16: record({
    SOURCES_LINK: array(
      limit('NBR_SOURCES'),
      bits(1, {
        UOM_ENTRY_FLAG: 0,
        DEMAND_CTRL_FLAG: 1,
        DATA_CTRL_FLAG: 2,
        CONSTANTS_FLAG: 3,
        PULSE_ENGR_FLAG: 4,
        CONSTANT_TO_BE_APPLIED: 5,
      }),
    ),
  }),
};
