/** Decade 5: time and time of use. */
import { calendar } from './calendar.ts';
import { bits, i16, ltime, record, time, u16, u8, valueAt } from './layout.ts';
import type { BitFields, Layout, Scope } from './layout.ts';

export const qualifier = bits(1, {
  DAY_OF_WEEK: [0, 2],
  DST_FLAG: 3,
  GMT_FLAG: 4,
  TM_ZN_APPLIED_FLAG: 5,
  DST_APPLIED_FLAG: 6,
  DST_SUPPORTED_FLAG: 7,
});

/** Tables 50 (possible) and 51 (actual). */
const limits = record({
  TIME_FUNC_FLAG1: bits(1, {
    TOU_SELF_READ_FLAG: 0,
    SEASON_SELF_READ_FLAG: 1,
    SEASON_DEMAND_RESET_FLAG: 2,
    SEASON_CHNG_ARMED_FLAG: 3,
    SORT_DATES_FLAG: 4,
    ANCHOR_DATE_FLAG: 5,
  }),
  TIME_FUNC_FLAG2: bits(1, {
    CAP_DST_AUTO_FLAG: 0,
    SEPARATE_WEEKDAYS_FLAG: 1,
    SEPARATE_SUM_DEMANDS_FLAG: 2,
    SORT_TIER_SWITCHES_FLAG: 3,
    CAP_TM_ZN_OFFSET_FLAG: 4,
  }),
  CALENDAR_FUNC: bits(1, { NBR_SEASONS: [0, 3], NBR_SPECIAL_SCHED: [4, 7] }),
  NBR_NON_RECURR_DATES: u8,
  NBR_RECURR_DATES: u8,
  NBR_TIER_SWITCHES: u16,
  CALENDAR_TBL_SIZE: u16,
});

/** Whether sums and demands have tiers of their own; where ST51 is not known, they have not. */
const separateTiers = (scope: Scope) =>
  valueAt(scope.tables[51], 'TIME_FUNC_FLAG2.SEPARATE_SUM_DEMANDS_FLAG') === true;

const status = (tiers: BitFields) =>
  bits(2, { ...tiers, TIER_DRIVE: [6, 7], SPECIAL_SCHD_ACTIVE: [8, 11], SEASON: [12, 15] });
const oneTier = status({ CURR_TIER: [0, 2] });
const twoTiers = status({ CURR_SUMM_TIER: [0, 2], CURR_DEMAND_TIER: [3, 5] });

export const TIME_TABLES: Readonly<Record<number, Layout>> = {
  50: limits,
  51: limits,
  52: record({ CLOCK_CALENDAR: ltime, TIME_DATE_QUAL: qualifier }),
  /** Seconds of day, minutes, minutes. */
  53: record({ DST_TIME_EFF: time, DST_TIME_AMT: u8, TIME_ZONE_OFFSET: i16 }),
  54: calendar,
  55: record({
    CLOCK_CALENDAR: ltime,
    TIME_DATE_QUAL: qualifier,
    STATUS: { kind: 'choice', choose: (scope) => (separateTiers(scope) ? twoTiers : oneTier) },
  }),
  /** Minutes and days; two fields for the two tiers where they are separate. */
  56: record({
    SUMM_TIER_TIME_REMAIN: [u16, separateTiers],
    DEMAND_TIER_TIME_REMAIN: [u16, separateTiers],
    TIER_TIME_REMAIN: [u16, (scope) => !separateTiers(scope)],
    SELF_READ_DAYS_REMAIN: u8,
  }),
};
