import type { HeadEndRules } from '../../../devices/head-end/rules/index.ts';

/** Rules that a head-end in another process is told to take, by address and name. */
export const NO_ALARM_LEAVES: Partial<HeadEndRules> = { alarmPublished: () => false };

export const FAILS_AT_ALARMS: Partial<HeadEndRules> = {
  alarmPublished: () => {
    throw new Error('a rule failed');
  },
};
