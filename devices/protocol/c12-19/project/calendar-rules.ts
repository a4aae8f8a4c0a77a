/**
 * Project-defined: not public. Details of ST54. Public are the lengths, month (bits 0 to 3) and day
 * (bits 11 to 15) of a recurring date, tier (bits 0 to 2) and hour (bits 11 to 15) of a tier switch,
 * and that separate weekdays make seven schedules a season (Hexing's head-end and its sample
 * calendar); the bits between and the order of the seven days are how the standard is remembered.
 * Bytes: docs/profile-messages.md.
 */
import { bits, u8 } from '../layout.ts';

/** RDATE: months 1 to 12 with a day are yearly dates; other months are rules, kept as their bits. */
export const recurringDate = bits(2, {
  MONTH: [0, 3],
  OFFSET: [4, 7],
  WEEKDAY: [8, 10],
  DAY: [11, 15],
});

export const tierSwitch = bits(2, {
  NEW_TIER: [0, 2],
  SUMMATION_SWITCH_FLAG: 3,
  DEMANDS_SWITCH_FLAG: 4,
  SWITCH_MIN: [5, 10],
  SWITCH_HOUR: [11, 15],
});

/** Schedules of a season when ST51 SEPARATE_WEEKDAYS_FLAG is set. */
export const SEVEN_DAY_SCHEDULES = {
  SUNDAY_SCHEDULE: u8,
  MONDAY_SCHEDULE: u8,
  TUESDAY_SCHEDULE: u8,
  WEDNESDAY_SCHEDULE: u8,
  THURSDAY_SCHEDULE: u8,
  FRIDAY_SCHEDULE: u8,
  SATURDAY_SCHEDULE: u8,
} as const;
