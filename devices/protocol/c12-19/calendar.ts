/**
 * ST54: on which dates what changes, and at which times of day which tier begins. The order and the
 * sizes are those with which Hexing's head-end takes the table apart (date 3 + action 1, recurring
 * date 2 + action 1, tier switch 2 + schedule 1, seasons of Saturday, Sunday, weekday and special
 * days); its sample calendar fixes the bits of months, days, actions, tiers and hours.
 */
import { array, bits, date, flagOf, numberOf, record, u8 } from './layout.ts';
import type { Layout, Scope } from './layout.ts';
import { recurringDate, SEVEN_DAY_SCHEDULES, tierSwitch } from './project/calendar-rules.ts';

const limit = (name: string) => (scope: Scope) => numberOf(scope, 51, name);
const flag = (path: string) => (scope: Scope) => flagOf(scope, 51, path);
const separateWeekdays = flag('TIME_FUNC_FLAG2.SEPARATE_WEEKDAYS_FLAG');

/** What happens at midnight of a date: 1 and 2 summer time on and off, 3 to 18 seasons 0 to 15. */
const action = bits(1, { CALENDAR_CTRL: [0, 4], DEMAND_RESET_FLAG: 5, SELF_READ_FLAG: 6 });

const specialSchedules = { SPECIAL_SCHEDULE: array(limit('CALENDAR_FUNC.NBR_SPECIAL_SCHED'), u8) };

/** Which schedule of tier switches each kind of day follows in one season. */
const threeKindsOfDay = record({
  SATURDAY_SCHEDULE: u8,
  SUNDAY_SCHEDULE: u8,
  WEEKDAY_SCHEDULE: u8,
  ...specialSchedules,
});
const sevenDays = record({ ...SEVEN_DAY_SCHEDULES, ...specialSchedules });
const schedules: Layout = {
  kind: 'choice',
  choose: (scope) => (separateWeekdays(scope) ? sevenDays : threeKindsOfDay),
};

export const calendar = record({
  ANCHOR_DATE: [date, flag('TIME_FUNC_FLAG1.ANCHOR_DATE_FLAG')],
  NON_RECURR_DATES: array(
    limit('NBR_NON_RECURR_DATES'),
    record({ NON_RECURR_DATE: date, CALENDAR_ACTION: action }),
  ),
  RECURR_DATES: array(
    limit('NBR_RECURR_DATES'),
    record({ RECURR_DATE: recurringDate, CALENDAR_ACTION: action }),
  ),
  TIER_SWITCHES: array(
    limit('NBR_TIER_SWITCHES'),
    record({ TIER_SWITCH: tierSwitch, DAY_SCH_NUM: u8 }),
  ),
  DAILY_SCHEDULE_ID_MATRIX: array(limit('CALENDAR_FUNC.NBR_SEASONS'), schedules),
});
