/** Decade 2: registers. */
import { array, bits, flagOf, ni1, ni2, numberOf, record, set, stime, time, u8 } from './layout.ts';
import type { Layout, Scope } from './layout.ts';
import { selfReads } from './project/self-reads.ts';

const limit = (name: string) => (scope: Scope) => numberOf(scope, 21, name);
const when = (flag: string) => (scope: Scope) => flagOf(scope, 21, `REG_FUNC1_FLAGS.${flag}`);
const summations = limit('NBR_SUMMATIONS');
const demands = limit('NBR_DEMANDS');
const coincidents = limit('NBR_COIN_VALUES');
const occurrences = limit('NBR_OCCUR');

const dataBlock = record({
  SUMMATIONS: array(summations, ni1),
  DEMANDS: array(
    demands,
    record({
      EVENT_TIME: [array(occurrences, stime), when('DATE_TIME_FIELD_FLAG')],
      CUM_DEMAND: [ni1, when('CUM_DEMAND_FLAG')],
      CONT_CUM_DEMAND: [ni1, when('CONT_CUM_DEMAND_FLAG')],
      DEMAND: array(occurrences, ni2),
    }),
  ),
  COINCIDENTS: array(coincidents, record({ COINCIDENT_VALUES: array(occurrences, ni2) })),
});

const registerData = {
  NBR_DEMAND_RESETS: [u8, when('DEMAND_RESET_CTR_FLAG')] as const,
  TOT_DATA_BLOCK: dataBlock,
  TIER_DATA_BLOCK: array(limit('NBR_TIERS'), dataBlock),
};

const closedRegister = {
  END_DATE_TIME: [stime, when('DATE_TIME_FIELD_FLAG')] as const,
  SEASON: [u8, when('SEASON_INFO_FIELD_FLAG')] as const,
  ...registerData,
};
const closedRegisterData = record(closedRegister);

/** Tables 20 (possible) and 21 (actual). */
const limits = record({
  REG_FUNC1_FLAGS: bits(1, {
    SEASON_INFO_FIELD_FLAG: 0,
    DATE_TIME_FIELD_FLAG: 1,
    DEMAND_RESET_CTR_FLAG: 2,
    DEMAND_RESET_LOCK_FLAG: 3,
    CUM_DEMAND_FLAG: 4,
    CONT_CUM_DEMAND_FLAG: 5,
    TIME_REMAINING_FLAG: 6,
  }),
  REG_FUNC2_FLAGS: bits(1, {
    SELF_READ_INHIBIT_OVERFLOW_FLAG: 0,
    SELF_READ_SEQ_NBR_FLAG: 1,
    DAILY_SELF_READ_FLAG: 2,
    WEEKLY_SELF_READ_FLAG: 3,
    SELF_READ_DEMAND_RESET: [4, 5],
  }),
  NBR_SELF_READS: u8,
  NBR_SUMMATIONS: u8,
  NBR_DEMANDS: u8,
  NBR_COIN_VALUES: u8,
  NBR_OCCUR: u8,
  NBR_TIERS: u8,
  NBR_PRESENT_DEMANDS: u8,
  NBR_PRESENT_VALUES: u8,
});

export const REGISTER_TABLES: Readonly<Record<number, Layout>> = {
  20: limits,
  21: limits,
  22: record({
    SUMMATION_SELECT: array(summations, u8),
    DEMAND_SELECT: array(demands, u8),
    MIN_OR_MAX_FLAGS: set((scope) => Math.ceil(demands(scope) / 8)),
    COINCIDENT_SELECT: array(coincidents, u8),
    COIN_DEMAND_ASSOC: array(coincidents, u8),
  }),
  23: record(registerData),
  24: closedRegisterData,
  25: closedRegisterData,
  26: selfReads(closedRegister),
  27: record({
    PRESENT_DEMAND_SELECT: array(limit('NBR_PRESENT_DEMANDS'), u8),
    PRESENT_VALUE_SELECT: array(limit('NBR_PRESENT_VALUES'), u8),
  }),
  28: record({
    PRESENT_DEMAND: array(
      limit('NBR_PRESENT_DEMANDS'),
      record({ TIME_REMAINING: [time, when('TIME_REMAINING_FLAG')], DEMAND_VALUE: ni2 }),
    ),
    PRESENT_VALUE: array(limit('NBR_PRESENT_VALUES'), ni1),
  }),
};
