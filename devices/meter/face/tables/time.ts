import { at, clockUtcSeconds } from '../../clock.ts';
import { BLOCK, blockPlace } from '../../register-columns.ts';
import { registersOf } from '../../registers.ts';
import type { Subject, TableMakers } from './subject.ts';

/** Decade 5: the clock, which shows UTC, and a calendar of seasons without dates and tiers. */

/** Seasons that procedure 9 can change to, assumed. */
export const SEASONS = 4;
/** DAILY_SCHEDULE_ID_MATRIX of ST54: three kinds of day a season. */
const CALENDAR_BYTES = 3 * SEASONS;
/** Nothing is due: the greatest number of minutes and of days that the fields hold. */
const NOTHING_DUE = { minutes: 0xffff, days: 0xff } as const;

const limits = {
  TIME_FUNC_FLAG1: {},
  TIME_FUNC_FLAG2: {},
  CALENDAR_FUNC: { NBR_SEASONS: SEASONS, NBR_SPECIAL_SCHED: 0 },
  NBR_NON_RECURR_DATES: 0,
  NBR_RECURR_DATES: 0,
  NBR_TIER_SWITCHES: 0,
  CALENDAR_TBL_SIZE: CALENDAR_BYTES,
};

const oneSchedule = {
  SATURDAY_SCHEDULE: 0,
  SUNDAY_SCHEDULE: 0,
  WEEKDAY_SCHEDULE: 0,
  SPECIAL_SCHEDULE: [],
};

export const TIME_TABLES: TableMakers = {
  50: () => limits,
  51: () => limits,
  52: clock,
  53: () => ({ DST_TIME_EFF: 0, DST_TIME_AMT: 0, TIME_ZONE_OFFSET: 0 }),
  54: () => ({
    NON_RECURR_DATES: [],
    RECURR_DATES: [],
    TIER_SWITCHES: [],
    DAILY_SCHEDULE_ID_MATRIX: Array.from({ length: SEASONS }, () => oneSchedule),
  }),
  55: (subject) => ({
    ...clock(subject),
    STATUS: { CURR_TIER: 0, TIER_DRIVE: 0, SPECIAL_SCHD_ACTIVE: 0, SEASON: presentSeason(subject) },
  }),
  56: () => ({
    TIER_TIME_REMAIN: NOTHING_DUE.minutes,
    SELF_READ_DAYS_REMAIN: NOTHING_DUE.days,
  }),
};

function clock({ meters, row, nowNs }: Subject): Readonly<Record<string, unknown>> {
  const shownMs = clockUtcSeconds(meters, row, nowNs) * 1000;
  return {
    CLOCK_CALENDAR: shownMs,
    TIME_DATE_QUAL: { DAY_OF_WEEK: new Date(shownMs).getUTCDay(), GMT_FLAG: true },
  };
}

function presentSeason({ meters, row }: Subject): number {
  return at(registersOf(meters).blocks.season, blockPlace(row, BLOCK.present));
}
